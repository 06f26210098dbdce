import { parseArguments } from '../../../kernel/parse.ts'
import { type Page, idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import * as schemas from './schemas.ts'
import { getSuppression, listSuppressions, releaseAddress, suppressAddress } from './service.ts'
import { SUPPRESSION_REASONS, type Suppression } from './types.ts'

/** Adds the suppression list to the schema. */
export function suppressionGraphql(builder: GraphqlBuilder): void {
  const types = addSuppression(builder)
  addQueries(builder, types)
  addMutations(builder, types)
}

type SuppressionTypes = ReturnType<typeof addSuppression>

function addSuppression(builder: GraphqlBuilder) {
  const reason = builder.enumType('MailSuppressionReason', { values: SUPPRESSION_REASONS })
  const suppression = builder.objectRef<Suppression>('MailSuppression').implement({
    description: 'A reason to send nothing to an address.',
    fields: (t) => ({
      id: t.exposeID('id'),
      address: t.exposeString('address'),
      reason: t.expose('reason', { type: reason }),
      note: t.exposeString('note', { nullable: true }),
      messageId: t.exposeID('messageId', { nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
    }),
  })
  return { reason, suppression }
}

function addQueries(builder: GraphqlBuilder, { suppression }: SuppressionTypes): void {
  const page = builder.objectRef<Page<Suppression>>('MailSuppressionPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [suppression] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    mailSuppressions: t.field({
      type: page,
      description: 'The addresses that are sent nothing, newest first.',
      args: { limit: t.arg.int(), cursor: t.arg.string(), address: t.arg.string() },
      resolve: (_, args, { deps, ctx }) =>
        listSuppressions(deps, ctx, parseArguments(schemas.suppressionsQuery, args)),
    }),
    mailSuppression: t.field({
      type: suppression,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        getSuppression(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addMutations(builder: GraphqlBuilder, { reason, suppression }: SuppressionTypes): void {
  builder.mutationFields((t) => ({
    suppressAddress: t.field({
      type: suppression,
      description: 'Sends an address nothing from here on.',
      args: {
        address: t.arg.string({ required: true }),
        reason: t.arg({ type: reason }),
        note: t.arg.string(),
      },
      resolve: (_, args, { deps, ctx }) =>
        suppressAddress(deps, ctx, parseArguments(schemas.suppressInput, args)),
    }),
    releaseAddress: t.boolean({
      description: 'Takes an entry off the suppression list.',
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        await releaseAddress(deps, ctx, parseArguments(idParams, args))
        return true
      },
    }),
  }))
}
