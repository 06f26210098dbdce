import { parseArguments, parseTarget } from '../../../kernel/parse.ts'
import { type Page, pageQuery } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import { type RevealedSourceDto, type SourceDto, createSourceBody } from './schemas.ts'
import { createSource, deleteSource, listSources } from './service/sources.ts'

/** Adds the senders that the tenant accepts to the schema. */
export function sourcesGraphql(builder: GraphqlBuilder): void {
  const types = addTypes(builder)
  builder.queryFields((t) => ({
    webhookSources: t.field({
      type: types.page,
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) => listSources(deps, ctx, parseArguments(pageQuery, args)),
    }),
  }))
  builder.mutationFields((t) => ({
    createWebhookSource: t.field({
      type: types.revealed,
      args: {
        slug: t.arg.string({ required: true }),
        description: t.arg.string(),
        secret: t.arg.string(),
      },
      resolve: (_, args, { deps, ctx }) =>
        createSource(deps, ctx, parseArguments(createSourceBody, args)),
    }),
    deleteWebhookSource: t.boolean({
      args: { id: t.arg.id({ required: true }), version: t.arg.int() },
      resolve: async (_, args, { deps, ctx }) => {
        await deleteSource(deps, ctx, parseTarget(args))
        return true
      },
    }),
  }))
}

function addTypes(builder: GraphqlBuilder) {
  const source = builder.objectRef<SourceDto>('WebhookSource').implement({
    description: 'Who may send Standard Webhooks to the tenant.',
    fields: (t) => ({
      id: t.exposeID('id'),
      slug: t.exposeString('slug'),
      description: t.exposeString('description'),
      path: t.exposeString('path'),
      version: t.exposeInt('version'),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
    }),
  })
  const revealed = builder.objectRef<RevealedSourceDto>('WebhookSourceWithSecret').implement({
    fields: (t) => ({
      source: t.field({ type: source, resolve: (parent) => parent }),
      secret: t.exposeString('secret', {
        nullable: true,
        description: 'Shown once, and only when it was made here.',
      }),
    }),
  })
  const page = builder.objectRef<Page<SourceDto>>('WebhookSourcePage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [source] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  return { revealed, page }
}
