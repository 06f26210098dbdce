import { parseArguments, parseTarget, parseWith } from '../../kernel/parse.ts'
import { type Page, idParams, pageQuery } from '../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../ports/graphql.ts'
import * as schemas from './schemas.ts'
import type { KeyDto, NewKeyDto } from './schemas.ts'
import { revokeKey, updateKey } from './service/change-key.ts'
import { createKey } from './service/create-key.ts'
import { getKey, listKeys } from './service/read-keys.ts'
import { rotateKey } from './service/rotate-key.ts'

/** Adds API keys to the schema. */
export function keysGraphql(builder: GraphqlBuilder): void {
  const key = addKey(builder)
  addQueries(builder, key)
  addNewKeys(builder, key)
  addChanges(builder, key)
}

type KeyType = ReturnType<typeof addKey>

function addKey(builder: GraphqlBuilder) {
  return builder.objectRef<KeyDto>('ApiKey').implement({
    description: 'A key by which a program acts for its maker.',
    fields: (t) => ({
      id: t.exposeID('id'),
      prefix: t.exposeString('prefix'),
      name: t.exposeString('name'),
      userId: t.exposeID('userId'),
      scopes: t.exposeStringList('scopes'),
      allowedAddresses: t.exposeStringList('allowedAddresses'),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
      endsAt: t.expose('endsAt', { type: 'DateTime', nullable: true }),
      revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
      replacedBy: t.exposeID('replacedBy', { nullable: true }),
      lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true }),
      lastUsedAddress: t.exposeString('lastUsedAddress', { nullable: true }),
      version: t.exposeInt('version'),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    }),
  })
}

function addQueries(builder: GraphqlBuilder, key: KeyType): void {
  const page = builder.objectRef<Page<KeyDto>>('ApiKeyPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [key] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    apiKeys: t.field({
      type: page,
      description: 'The API keys, newest first: all, or the caller’s own.',
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) => listKeys(deps, ctx, parseArguments(pageQuery, args)),
    }),
    apiKey: t.field({
      type: key,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getKey(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addNewKeys(builder: GraphqlBuilder, key: KeyType): void {
  const made = builder.objectRef<NewKeyDto>('NewApiKey').implement({
    fields: (t) => ({
      apiKey: t.field({ type: key, resolve: (parent) => parent }),
      key: t.exposeString('key', { description: 'The key itself; shown in this answer only.' }),
    }),
  })
  const input = builder.inputType('CreateApiKeyInput', {
    fields: (t) => ({
      name: t.string({ required: true }),
      scopes: t.stringList({ required: true }),
      expiresAt: t.field({ type: 'DateTime' }),
      allowedAddresses: t.stringList(),
    }),
  })
  builder.mutationFields((t) => ({
    createApiKey: t.field({
      type: made,
      description: 'Makes an API key for the caller.',
      args: { input: t.arg({ type: input, required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        createKey(deps, ctx, parseWith(schemas.createKeyBody, { ...args.input }, '/input')),
    }),
    rotateApiKey: t.field({
      type: made,
      description: 'Puts another API key in the place of the caller’s own.',
      args: { id: t.arg.id({ required: true }), overlapSeconds: t.arg.int() },
      resolve: (_, { id, ...body }, { deps, ctx }) =>
        rotateKey(deps, ctx, {
          ...parseArguments(idParams, { id }),
          ...parseArguments(schemas.rotateKeyBody, body),
        }),
    }),
  }))
}

function addChanges(builder: GraphqlBuilder, key: KeyType): void {
  const input = builder.inputType('UpdateApiKeyInput', {
    fields: (t) => ({
      name: t.string(),
      scopes: t.stringList(),
      allowedAddresses: t.stringList(),
    }),
  })
  builder.mutationFields((t) => ({
    updateApiKey: t.field({
      type: key,
      args: {
        id: t.arg.id({ required: true }),
        version: t.arg.int({ description: 'The version that is replaced; any when left out.' }),
        input: t.arg({ type: input, required: true }),
      },
      resolve: (_, args, { deps, ctx }) =>
        updateKey(deps, ctx, {
          ...parseWith(schemas.updateKeyBody, { ...args.input }, '/input'),
          ...parseTarget(args),
        }),
    }),
    revokeApiKey: t.field({
      type: key,
      description: 'Ends an API key at once.',
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => revokeKey(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}
