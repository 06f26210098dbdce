import { parseArguments, parseWith } from '../../../kernel/parse.ts'
import { idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import type { MediaTypes } from '../assets/index.ts'
import { BULK_ACTIONS, type BulkDto, startBulkBody } from './schemas.ts'
import { getBulk, startBulk } from './service/bulks.ts'

/** Adds changes of many assets to the schema. */
export function bulkGraphql(builder: GraphqlBuilder, enums: MediaTypes): void {
  const action = addAction(builder)
  const bulk = addBulk(builder, action)
  const input = addInput(builder, action, enums)
  builder.queryFields((t) => ({
    mediaBulk: t.field({
      type: bulk,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getBulk(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
  builder.mutationFields((t) => ({
    startMediaBulk: t.field({
      type: bulk,
      args: { input: t.arg({ type: input, required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        startBulk(deps, ctx, parseWith(startBulkBody, { ...args.input }, '/input')),
    }),
  }))
}

type ActionRef = ReturnType<typeof addAction>

function addAction(builder: GraphqlBuilder) {
  return builder.enumType('MediaBulkAction', { values: BULK_ACTIONS })
}

function addBulk(builder: GraphqlBuilder, action: ActionRef) {
  const refusal = builder.objectRef<BulkDto['refusals'][number]>('MediaBulkRefusal').implement({
    fields: (t) => ({
      assetId: t.exposeID('assetId'),
      code: t.exposeString('code'),
      detail: t.exposeString('detail'),
    }),
  })
  return builder.objectRef<BulkDto>('MediaBulk').implement({
    description: 'A change of many assets.',
    fields: (t) => ({
      id: t.exposeID('id'),
      action: t.expose('action', { type: action }),
      state: t.exposeString('state'),
      total: t.exposeInt('total', { nullable: true, description: 'Null for a filter.' }),
      done: t.exposeInt('done'),
      refused: t.exposeInt('refused'),
      refusals: t.expose('refusals', { type: [refusal], description: 'The first 100.' }),
      error: t.exposeString('error', { nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    }),
  })
}

function addInput(
  builder: GraphqlBuilder,
  action: ActionRef,
  { kind, state, visibility }: MediaTypes,
) {
  const filter = builder.inputType('MediaAssetFilter', {
    fields: (t) => ({
      folder: t.string({ description: 'Its id, or `none`.' }),
      tag: t.string(),
      kind: t.field({ type: kind }),
      state: t.field({ type: state }),
      sha256: t.string(),
      q: t.string({ description: 'The beginning of the name.' }),
    }),
  })
  return builder.inputType('MediaBulkInput', {
    fields: (t) => ({
      action: t.field({ type: action, required: true }),
      ids: t.idList(),
      filter: t.field({ type: filter }),
      folderId: t.id(),
      tags: t.stringList(),
      visibility: t.field({ type: visibility }),
      force: t.boolean(),
    }),
  })
}
