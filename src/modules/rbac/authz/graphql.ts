import { parseArguments } from '../../../kernel/parse.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import type { GrantDto } from '../schemas.ts'
import { type Explanation, canQuery, explainBody } from './schemas.ts'
import { can, explain } from './service/explain.ts'

/** Adds the questions of who may do what to the schema. */
export function authzGraphql(builder: GraphqlBuilder, grant: GrantRef): void {
  const explanation = addExplanation(builder, grant)
  const item = builder.inputType('ExplainedItemInput', {
    description: 'An item by type and id, or by what rules look at.',
    fields: (t) => ({
      type: t.string(),
      id: t.id(),
      ownerId: t.id(),
      status: t.string(),
      fields: t.stringList(),
    }),
  })
  builder.queryFields((t) => ({
    can: t.boolean({
      description: 'Whether the caller may; on some item when none is named.',
      args: {
        permission: t.arg.string({ required: true }),
        type: t.arg.string(),
        itemId: t.arg.id(),
      },
      resolve: async (_, args, { deps, ctx }) =>
        (await can(deps, ctx, parseArguments(canQuery, args))).allowed,
    }),
    explain: t.field({
      type: explanation,
      description: 'Whether a user may, and why; the caller when no user is named.',
      args: {
        permission: t.arg.string({ required: true }),
        userId: t.arg.id(),
        item: t.arg({ type: item }),
      },
      resolve: (_, args, { deps, ctx }) => explain(deps, ctx, parseArguments(explainBody, args)),
    }),
  }))
}

/** Adds a grant to the schema. */
export function addGrant(builder: GraphqlBuilder) {
  const grant = builder.objectRef<GrantDto>('Grant').implement({
    description: 'A permission, and what narrows it.',
  })
  builder.objectFields(grant, (t) => ({
    permission: t.exposeString('permission'),
    own: t.boolean({ resolve: ({ own }) => own ?? false }),
    statuses: t.stringList({ nullable: true, resolve: ({ statuses }) => statuses ?? null }),
    fields: t.stringList({ nullable: true, resolve: ({ fields }) => fields ?? null }),
  }))
  return grant
}

/** The type of a grant. */
export type GrantRef = ReturnType<typeof addGrant>

function addExplanation(builder: GraphqlBuilder, grant: GrantRef) {
  const judged = builder.objectRef<Explanation['grants'][number]>('JudgedGrant').implement({
    description: 'What one grant of a role says.',
    fields: (t) => ({
      role: t.exposeString('role'),
      grant: t.expose('grant', { type: grant }),
      outcome: t.exposeString('outcome'),
      detail: t.exposeString('detail'),
    }),
  })
  return builder.objectRef<Explanation>('Explanation').implement({
    description: 'Whether a user may, and why.',
    fields: (t) => ({
      permission: t.exposeString('permission'),
      allowed: t.exposeBoolean('allowed'),
      because: t.exposeString('because'),
      grants: t.expose('grants', { type: [judged] }),
    }),
  })
}
