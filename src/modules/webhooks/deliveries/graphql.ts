import * as z from 'zod'
import { parseArguments } from '../../../kernel/parse.ts'
import { type Page, idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import {
  type DeliveryDetailsDto,
  type DeliveryDto,
  type ResentDto,
  deliveriesQuery,
  resendFailedBody,
} from './schemas.ts'
import { getDelivery, listDeliveries } from './service/log.ts'
import { pingEndpoint, resendDelivery, resendFailed } from './service/resend.ts'

const resendFailedArguments = z.object({ ...idParams.shape, ...resendFailedBody.shape })

/** Adds the log of deliveries to the schema. */
export function deliveriesGraphql(builder: GraphqlBuilder): void {
  const types = addTypes(builder)
  addQueries(builder, types)
  addMutations(builder, types)
}

type Types = ReturnType<typeof addTypes>

function addTypes(builder: GraphqlBuilder) {
  const state = builder.enumType('WebhookDeliveryState', {
    values: ['pending', 'succeeded', 'failed'] as const,
  })
  const delivery = builder.objectRef<DeliveryDto>('WebhookDelivery').implement({
    description: 'One event on its way to one endpoint.',
    fields: (t) => ({
      id: t.exposeID('id'),
      endpointId: t.exposeID('endpointId'),
      eventId: t.exposeString('eventId'),
      eventType: t.exposeString('eventType'),
      state: t.expose('state', { type: state }),
      attempts: t.exposeInt('attempts'),
      nextAttemptAt: t.expose('nextAttemptAt', { type: 'DateTime', nullable: true }),
      status: t.exposeInt('status', { nullable: true }),
      latencyMs: t.exposeInt('latencyMs', { nullable: true }),
      error: t.exposeString('error', { nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    }),
  })
  const attempt = builder.objectRef<DeliveryDetailsDto['log'][number]>('WebhookAttempt').implement({
    fields: (t) => ({
      attempt: t.exposeInt('attempt'),
      attemptedAt: t.expose('attemptedAt', { type: 'DateTime' }),
      status: t.exposeInt('status', { nullable: true }),
      latencyMs: t.exposeInt('latencyMs'),
      error: t.exposeString('error', { nullable: true }),
      answer: t.exposeString('answer', { nullable: true }),
    }),
  })
  const details = builder.objectRef<DeliveryDetailsDto>('WebhookDeliveryDetails').implement({
    fields: (t) => ({
      delivery: t.field({ type: delivery, resolve: (parent) => parent }),
      body: t.exposeString('body'),
      log: t.expose('log', { type: [attempt] }),
    }),
  })
  return { state, delivery, details }
}

function addQueries(builder: GraphqlBuilder, { state, delivery, details }: Types): void {
  const page = builder.objectRef<Page<DeliveryDto>>('WebhookDeliveryPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [delivery] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    webhookDeliveries: t.field({
      type: page,
      description: 'Deliveries, newest first.',
      args: {
        limit: t.arg.int(),
        cursor: t.arg.string(),
        endpointId: t.arg.id(),
        type: t.arg.string(),
        state: t.arg({ type: state }),
        since: t.arg({ type: 'DateTime' }),
        until: t.arg({ type: 'DateTime' }),
      },
      resolve: (_, args, { deps, ctx }) =>
        listDeliveries(deps, ctx, parseArguments(deliveriesQuery, args)),
    }),
    webhookDelivery: t.field({
      type: details,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getDelivery(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addMutations(builder: GraphqlBuilder, { delivery }: Types): void {
  const resent = builder.objectRef<ResentDto>('ResentWebhooks').implement({
    fields: (t) => ({ queued: t.exposeInt('queued'), hasMore: t.exposeBoolean('hasMore') }),
  })
  builder.mutationFields((t) => ({
    resendWebhookDelivery: t.field({
      type: delivery,
      description: 'Sends a delivery again under the same webhook-id.',
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        resendDelivery(deps, ctx, parseArguments(idParams, args)),
    }),
    resendFailedWebhooks: t.field({
      type: resent,
      description: 'Sends again what an endpoint has not taken since an instant.',
      args: {
        id: t.arg.id({ required: true }),
        since: t.arg({ type: 'DateTime', required: true }),
      },
      resolve: (_, args, { deps, ctx }) =>
        resendFailed(deps, ctx, parseArguments(resendFailedArguments, args)),
    }),
    testWebhookEndpoint: t.field({
      type: delivery,
      description: 'Sends a test event to an endpoint.',
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => pingEndpoint(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}
