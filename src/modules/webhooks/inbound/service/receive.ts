import type { RequestContext } from '../../../../kernel/context.ts'
import { EffectDone } from '../../../../kernel/effect.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import type { IngressDefinition, IngressRequest } from '../../../../kernel/ingress.ts'
import { limits } from '../../../../kernel/limits.ts'
import { REPLAY_MILLISECONDS } from '../../../../kernel/standard-webhooks.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { webhooksErrors } from '../../errors.ts'

/** Whether the webhook had its effect by this call, or had had it before. */
export type Received = 'handled' | 'repeated'

/**
 * Takes a webhook: genuine, signed within the last five minutes, and each id of a source once, since
 * the effect and the note of its id are one commit. Throws `webhooks.signature_refused`, and what the
 * source's handler throws, so that the sender tries again.
 */
export async function receiveWebhook(
  deps: Deps,
  ctx: RequestContext,
  ingress: IngressDefinition<Deps>,
  request: IngressRequest,
): Promise<Received> {
  const message = await ingress.verify(deps, ctx, request)
  if (!message || !isTimely(message.sentAt, ctx.now))
    throw new AppError(webhooksErrors.signatureRefused)
  if (message.id === '' || message.id.length > limits.webhooks.messageId)
    throw new AppError(errors.badRequest, { detail: 'The id is not one.' })
  const { source } = ingress
  const name = `webhooks:in:${source}`
  const own: RequestContext = {
    ...ctx,
    principal: { kind: 'system', name, permissions: new Map() },
    causationId: message.id,
    effect: { subscriber: name, eventId: message.id },
  }
  try {
    await ingress.handle(deps, own, message)
    return 'handled'
  } catch (error) {
    if (error instanceof EffectDone) return 'repeated'
    throw error
  }
}

function isTimely(sentAt: number | null, now: number): boolean {
  return sentAt === null || Math.abs(now - sentAt) <= REPLAY_MILLISECONDS
}
