import { parseArguments } from '../../../kernel/parse.ts'
import { idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import type { PersonExport, StartedPerson } from './schemas.ts'
import { getOwnExport, getUserExport } from './service/read-export.ts'
import { exportOwnData, exportUser } from './service/start.ts'

/** Adds exports of users to the schema. */
export function personGraphql(builder: GraphqlBuilder): void {
  addReads(builder)
  addStarts(builder)
}

function addReads(builder: GraphqlBuilder): void {
  const type = builder.objectRef<PersonExport>('UserExport').implement({
    description: 'All that the tenant holds on a user; its files are downloaded over REST.',
    fields: (t) => ({
      id: t.exposeID('id'),
      userId: t.exposeID('userId'),
      state: t.exposeString('state'),
      progress: t.exposeInt('progress', { description: 'Percent.' }),
      error: t.exposeString('error', { nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
      manifestJson: t.string({
        nullable: true,
        description: 'Of a complete export, as REST tells it.',
        resolve: ({ manifest }) => manifest && JSON.stringify(manifest),
      }),
    }),
  })
  builder.queryFields((t) => ({
    userExport: t.field({
      type,
      description: 'The newest export of a user.',
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getUserExport(deps, ctx, parseArguments(idParams, args)),
    }),
    ownExport: t.field({
      type,
      description: 'The newest export of the caller.',
      resolve: (_, _args, { deps, ctx }) => getOwnExport(deps, ctx),
    }),
  }))
}

function addStarts(builder: GraphqlBuilder): void {
  const started = builder.objectRef<StartedPerson>('StartedUserExport').implement({
    description: 'An export of what is held on a user.',
    fields: (t) => ({ id: t.exposeID('id'), userId: t.exposeID('userId') }),
  })
  builder.mutationFields((t) => ({
    exportUser: t.field({
      type: started,
      description: 'Starts the export of all that the tenant holds on a user.',
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => exportUser(deps, ctx, parseArguments(idParams, args)),
    }),
    exportOwnData: t.field({
      type: started,
      description: 'Starts the export of all that the tenant holds on the caller.',
      resolve: (_, _args, { deps, ctx }) => exportOwnData(deps, ctx),
    }),
  }))
}
