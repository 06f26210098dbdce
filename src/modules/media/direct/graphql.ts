import { parseArguments, parseWith } from '../../../kernel/parse.ts'
import { idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import type { MediaTypes } from '../assets/index.ts'
import { type DirectDto, directBody } from './schemas.ts'
import { completeDirectUpload } from './service/complete.ts'
import { createDirectUpload } from './service/create.ts'

/** Adds uploads that go straight to the store to the schema. */
export function directGraphql(builder: GraphqlBuilder, { asset, visibility }: MediaTypes): void {
  const upload = addUpload(builder)
  const input = builder.inputType('MediaDirectUploadInput', {
    fields: (t) => ({
      bytes: t.float({ required: true }),
      mediaType: t.string({ required: true }),
      sha256: t.string(),
      name: t.string(),
      folderId: t.id(),
      visibility: t.field({ type: visibility }),
    }),
  })
  builder.mutationFields((t) => ({
    createMediaDirectUpload: t.field({
      type: upload,
      args: { input: t.arg({ type: input, required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        createDirectUpload(deps, ctx, parseWith(directBody, withoutNulls(args.input), '/input')),
    }),
    completeMediaDirectUpload: t.field({
      type: asset,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        completeDirectUpload(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addUpload(builder: GraphqlBuilder) {
  const header = builder.objectRef<{ name: string; value: string }>('MediaUploadHeader').implement({
    fields: (t) => ({ name: t.exposeString('name'), value: t.exposeString('value') }),
  })
  const request = builder.objectRef<DirectDto['request']>('MediaUploadRequest').implement({
    fields: (t) => ({
      method: t.exposeString('method'),
      url: t.exposeString('url'),
      headers: t.field({
        type: [header],
        resolve: ({ headers }) => Object.entries(headers).map(([name, value]) => ({ name, value })),
      }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    }),
  })
  return builder.objectRef<DirectDto>('MediaDirectUpload').implement({
    description: 'A request that puts a file into the store.',
    fields: (t) => ({
      id: t.exposeID('id'),
      request: t.expose('request', { type: request }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    }),
  })
}

function withoutNulls(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null))
}
