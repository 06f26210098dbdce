import { parseArguments, parseTarget, parseWith } from '../../../kernel/parse.ts'
import { type Page, idParams, pageQuery } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import {
  type EndpointDto,
  type RevealedEndpointDto,
  createEndpointBody,
  updateEndpointBody,
} from './schemas.ts'
import {
  createEndpoint,
  deleteEndpoint,
  getEndpoint,
  listEndpoints,
  rotateSecret,
  updateEndpoint,
} from './service/endpoints.ts'

const versionHelp = 'The version that is replaced; any when left out.'

/** Adds endpoints to the schema. */
export function endpointsGraphql(builder: GraphqlBuilder): void {
  const types = addTypes(builder)
  addQueries(builder, types)
  addChanges(builder, types)
  addSecrets(builder, types)
}

type Types = ReturnType<typeof addTypes>

function addTypes(builder: GraphqlBuilder) {
  const shape = builder.enumType('WebhookShape', { values: ['full', 'ids'] as const })
  const state = builder.enumType('WebhookEndpointState', {
    values: ['enabled', 'disabled'] as const,
  })
  const endpoint = builder.objectRef<EndpointDto>('WebhookEndpoint').implement({
    description: 'Where the tenant wants to be told of events.',
    fields: (t) => ({
      id: t.exposeID('id'),
      url: t.exposeString('url'),
      description: t.exposeString('description'),
      events: t.exposeStringList('events'),
      shape: t.expose('shape', { type: shape }),
      fields: t.exposeStringList('fields', { nullable: true }),
      state: t.expose('state', { type: state }),
      disabledReason: t.exposeString('disabledReason', { nullable: true }),
      failures: t.exposeInt('failures'),
      failingSince: t.expose('failingSince', { type: 'DateTime', nullable: true }),
      pausedUntil: t.expose('pausedUntil', { type: 'DateTime', nullable: true }),
      previousSecretUntil: t.expose('previousSecretUntil', { type: 'DateTime', nullable: true }),
      version: t.exposeInt('version'),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    }),
  })
  const revealed = builder.objectRef<RevealedEndpointDto>('WebhookEndpointWithSecret').implement({
    fields: (t) => ({
      endpoint: t.field({ type: endpoint, resolve: (parent) => parent }),
      secret: t.exposeString('secret', {
        nullable: true,
        description: 'Shown once; null when an idempotency key is repeated.',
      }),
    }),
  })
  return { shape, state, endpoint, revealed }
}

function addQueries(builder: GraphqlBuilder, { endpoint }: Types): void {
  const page = builder.objectRef<Page<EndpointDto>>('WebhookEndpointPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [endpoint] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    webhookEndpoints: t.field({
      type: page,
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) =>
        listEndpoints(deps, ctx, parseArguments(pageQuery, args)),
    }),
    webhookEndpoint: t.field({
      type: endpoint,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getEndpoint(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addChanges(builder: GraphqlBuilder, { endpoint, revealed, shape, state }: Types): void {
  const input = builder.inputType('WebhookEndpointInput', {
    fields: (t) => ({
      url: t.string(),
      events: t.stringList(),
      description: t.string(),
      shape: t.field({ type: shape }),
      fields: t.stringList(),
      state: t.field({ type: state }),
    }),
  })
  const target = { required: true } as const
  builder.mutationFields((t) => ({
    createWebhookEndpoint: t.field({
      type: revealed,
      args: { input: t.arg({ type: input, required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        createEndpoint(deps, ctx, parseWith(createEndpointBody, { ...args.input }, '/input')),
    }),
    updateWebhookEndpoint: t.field({
      type: endpoint,
      args: {
        id: t.arg.id(target),
        version: t.arg.int({ description: versionHelp }),
        input: t.arg({ type: input, required: true }),
      },
      resolve: (_, args, { deps, ctx }) =>
        updateEndpoint(deps, ctx, {
          ...parseWith(updateEndpointBody, { ...args.input }, '/input'),
          ...parseTarget(args),
        }),
    }),
    deleteWebhookEndpoint: t.boolean({
      args: { id: t.arg.id(target), version: t.arg.int({ description: versionHelp }) },
      resolve: async (_, args, { deps, ctx }) => {
        await deleteEndpoint(deps, ctx, parseTarget(args))
        return true
      },
    }),
  }))
}

function addSecrets(builder: GraphqlBuilder, { revealed }: Types): void {
  builder.mutationFields((t) => ({
    rotateWebhookSecret: t.field({
      type: revealed,
      description: 'Gives an endpoint another secret; the old one signs as well for 24 hours.',
      args: {
        id: t.arg.id({ required: true }),
        version: t.arg.int({ description: versionHelp }),
      },
      resolve: (_, args, { deps, ctx }) => rotateSecret(deps, ctx, parseTarget(args)),
    }),
  }))
}
