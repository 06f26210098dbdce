import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import {
  type IngressDefinition,
  type IngressMessage,
  defineIngress,
} from '../../../../kernel/ingress.ts'
import { limits } from '../../../../kernel/limits.ts'
import { parseBody } from '../../../../kernel/parse.ts'
import { isSignedBy } from '../../../../kernel/standard-webhooks.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { openSecret, placeOf } from '../../endpoints/index.ts'
import { inboundReceived } from '../events.ts'
import { findSourceBySlug } from '../repo.ts'

/** The body of a webhook as it was sent. */
interface Inbound {
  readonly body: string
}

/**
 * A source that the tenant has registered by itself: it sends Standard Webhooks, and each becomes an
 * event. Its verification throws 404 when the tenant has no such source.
 */
export function registeredSource(slug: string): IngressDefinition<Deps> {
  return defineIngress<Deps>()<Inbound>({
    source: slug,
    description: 'A sender of Standard Webhooks that the tenant has registered',
    async verify(deps, ctx, { header, body }) {
      const source = await deps.db.first(findSourceBySlug({ tenantId: ctx.tenant.id, slug }))
      if (!source) throw new AppError(errors.notFound)
      const [id, timestamp] = [header('webhook-id'), header('webhook-timestamp')]
      if (id === '' || !/^\d{1,12}$/.test(timestamp)) return undefined
      const seconds = Number(timestamp)
      const secret = await openSecret(deps, placeOf(ctx.tenant.id, source.id), source.secret)
      const signed = { id, timestamp: seconds, body }
      const isGenuine = await isSignedBy(secret, signed, header('webhook-signature'))
      return isGenuine ? { id, sentAt: seconds * 1_000, payload: { body } } : undefined
    },
    handle: (deps, ctx, message) => publish(deps, ctx, slug, message),
  })
}

async function publish(
  deps: Deps,
  ctx: RequestContext,
  source: string,
  { id: messageId, payload }: IngressMessage<Inbound>,
): Promise<void> {
  const data = parseBody(payload.body)
  const aggregate = { type: 'webhooks.inbound', id: deps.ids.next(), version: 1 }
  const received = { source, messageId, type: typeOf(data), data }
  await commit(deps, ctx, {
    writes: [],
    events: [eventOf(inboundReceived, aggregate, received)],
    audit: {
      action: inboundReceived.type,
      targetType: 'webhooks.inbound',
      targetId: aggregate.id,
      changes: { source, messageId },
    },
    result: null,
  })
}

function typeOf(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('type' in data)) return null
  return typeof data.type === 'string' ? data.type.slice(0, limits.webhooks.pattern) : null
}
