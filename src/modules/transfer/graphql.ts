import { parseArguments, parseWith } from '../../kernel/parse.ts'
import { idParams } from '../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../ports/graphql.ts'
import { personGraphql } from './people/graphql.ts'
import * as schemas from './schemas.ts'
import { getTransfer } from './service/read-transfers.ts'
import { startClone, startExport, startImport } from './service/start.ts'

/** Adds exports, imports and clones of tenants, and exports of users, to the schema. */
export function transferGraphql(builder: GraphqlBuilder): void {
  addTransfer(builder)
  addStarts(builder)
  personGraphql(builder)
}

function addTransfer(builder: GraphqlBuilder): void {
  const transfer = builder.objectRef<schemas.Transfer>('Transfer').implement({
    description: 'An export or an import of a tenant; for operators of the control tenant.',
    fields: (t) => ({
      id: t.exposeID('id'),
      kind: t.exposeString('kind'),
      tenantId: t.exposeID('tenantId'),
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
    transfer: t.field({
      type: transfer,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getTransfer(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addStarts(builder: GraphqlBuilder): void {
  const started = builder.objectRef<schemas.Started>('StartedTransfer').implement({
    description: 'An export or an import that has been started.',
    fields: (t) => ({ id: t.exposeID('id'), tenantId: t.exposeID('tenantId') }),
  })
  builder.mutationFields((t) => ({
    exportTenant: t.field({
      type: started,
      description: 'Starts the export of a tenant, by id or slug.',
      args: { target: t.arg.string({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        startExport(deps, ctx, parseWith(schemas.exportInput, args)),
    }),
    importTenant: t.field({
      type: started,
      description: 'Starts the import of an export into an empty tenant.',
      args: { exportId: t.arg.id({ required: true }), target: t.arg.string({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        startImport(deps, ctx, parseWith(schemas.importInput, args)),
    }),
    cloneTenant: t.field({
      type: started,
      description: 'Starts the export of a tenant and its import into an empty one.',
      args: { source: t.arg.string({ required: true }), target: t.arg.string({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        startClone(deps, ctx, parseWith(schemas.cloneInput, args)),
    }),
  }))
}
