import { type RequestContext, systemContext } from '../../../kernel/context.ts'
import { EffectDone } from '../../../kernel/effect.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { eventOf } from '../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import {
  type FeedbackRequest,
  type MailFeedback,
  MailFeedbackError,
} from '../../../ports/mail-feedback.ts'
import { commit } from '../../commit/index.ts'
import { feedbackReceived } from '../events.ts'
import { findTargetsById, findTargetsByReceipt, noteFeedback } from '../repo.ts'
import { addressSuppressed, keepSuppression } from '../suppressions/index.ts'
import type { FeedbackTarget } from '../types.ts'

type FeedbackDeps = Pick<Deps, CommitPort | 'mailFeedback' | 'shards' | 'tenants' | 'telemetry'>

/** A provider's webhook as it came, and the call that it is. */
export interface FeedbackCall extends FeedbackRequest {
  readonly provider: string
  readonly requestId: string
  readonly now: number
}

/**
 * Takes a provider's webhook: notes on each mail what became of it, and puts addresses on the list
 * that are to be sent nothing more. An event counts once, however often it comes; one about a mail
 * that is not ours counts not at all.
 *
 * Throws `not_found` for a provider that is not configured, `unauthenticated` for a request that is
 * not proven to be the provider's, and `bad_request` for one that is not as documented.
 */
export async function takeFeedback(deps: FeedbackDeps, call: FeedbackCall): Promise<void> {
  const events = await verified(deps, call)
  const targets = await targetsOf(deps, call.provider, events)
  for (const event of events) {
    const target = targets.find((one) => isAbout(event, one))
    const tenant = target && (await deps.tenants.find({ kind: 'id', value: target.tenantId }))
    const { kind, provider } = event
    const result = tenant && tenant.status !== 'deleting' ? 'taken' : 'strange'
    deps.telemetry.count('rustok_mail_feedback_total', { provider, kind, result })
    if (!target || !tenant || tenant.status === 'deleting') continue
    const ctx = {
      ...systemContext(tenant, {
        name: 'mail:feedback',
        permissions: [],
        id: call.requestId,
        now: call.now,
      }),
      effect: { subscriber: 'mail:feedback', eventId: `${provider}:${event.eventId}` },
    }
    const db = deps.shards.openUngated(tenant.shard)
    await note({ ...deps, db }, ctx, target, event)
  }
}

async function verified(deps: FeedbackDeps, call: FeedbackCall): Promise<readonly MailFeedback[]> {
  const source = deps.mailFeedback.get(call.provider)
  if (!source) throw new AppError(errors.notFound)
  try {
    return await source.verify({ headers: call.headers, body: call.body }, call.now)
  } catch (error) {
    if (!(error instanceof MailFeedbackError)) throw error
    deps.telemetry.log('warn', 'mail feedback refused', {
      provider: error.provider,
      reason: error.message,
      requestId: call.requestId,
    })
    throw new AppError(error.forged ? errors.unauthenticated : errors.badRequest, { cause: error })
  }
}

/** The mails that events are about, on whichever shard. */
async function targetsOf(
  deps: Pick<Deps, 'shards'>,
  provider: string,
  events: readonly MailFeedback[],
): Promise<FeedbackTarget[]> {
  if (events.length === 0) return []
  const ids = events.flatMap(({ messageId }) => messageId ?? [])
  const receipts = events.flatMap(({ providerMessageId }) => providerMessageId ?? [])
  const found = await Promise.all(
    deps.shards.names.flatMap((shard) => {
      const db = deps.shards.openUngated(shard)
      return [db.read(findTargetsById(ids)), db.read(findTargetsByReceipt(provider, receipts))]
    }),
  )
  return found.flat()
}

/** Our own id decides; a provider's id may be one for several recipients. */
function isAbout(event: MailFeedback, target: FeedbackTarget): boolean {
  if (event.messageId !== undefined) return event.messageId === target.id
  return (
    event.providerMessageId !== undefined && event.providerMessageId === target.providerMessageId
  )
}

async function note(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  target: FeedbackTarget,
  event: MailFeedback,
): Promise<void> {
  const { kind, permanent } = event
  const reason = event.reason ?? null
  const tenantId = ctx.tenant.id
  const feedbackId = deps.ids.next()
  const statement = noteFeedback({ tenantId, id: target.id, kind, reason, at: event.at })
  const about = { type: 'mail_feedback', id: feedbackId, version: 1 }
  const suppressed =
    permanent && kind !== 'delivered' ? suppress(deps, ctx, target, kind) : undefined
  try {
    await commit(deps, ctx, {
      writes: [{ statement }, ...(suppressed?.writes ?? [])],
      events: [
        eventOf(feedbackReceived, about, { messageId: target.id, kind, permanent }),
        ...(suppressed?.events ?? []),
      ],
      audit: {
        action: 'mail.feedback.received',
        targetType: 'mail',
        targetId: target.id,
        changes: { feedback: { after: kind } },
      },
      result: undefined,
    })
  } catch (error) {
    if (!(error instanceof EffectDone)) throw error
  }
}

/** The address of the mail, not that of the event: a provider cannot name one that was not sent to. */
function suppress(
  deps: Pick<Deps, 'ids'>,
  ctx: RequestContext,
  { id: messageId, recipient: address }: FeedbackTarget,
  reason: 'bounce' | 'complaint' | 'unsubscribed',
) {
  const id = deps.ids.next()
  const entry = { id, address, reason, note: null, messageId }
  const statement = keepSuppression({ ...entry, tenantId: ctx.tenant.id, now: ctx.now })
  const about = { type: 'mail_suppression', id, version: 1 }
  return {
    writes: [{ statement }],
    events: [eventOf(addressSuppressed, about, { suppressionId: id, reason })],
  }
}
