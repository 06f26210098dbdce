import type { RequestContext } from '../../../kernel/context.ts'
import { LeaseLost } from '../../../kernel/effect.ts'
import { type DomainEvent, eventOf } from '../../../kernel/events.ts'
import { type JobRun, JobSnoozed } from '../../../kernel/job.ts'
import type { MailDefinition } from '../../../kernel/mail.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { MailFailure, type MailReceipt, type OutgoingMail } from '../../../ports/mailer.ts'
import { commit } from '../../commit/index.ts'
import {
  GIVE_UP_MILLISECONDS,
  MAX_RETRY_AFTER_SECONDS,
  isSuppressed,
  nextStep,
  retry,
} from '../domain.ts'
import { messageFailed, messageSent, messageSuppressed, messageUncertain } from '../events.ts'
import { beginSend, endMessage, findParcel, findReasons, putBack } from '../repo.ts'
import type { MessageState, Parcel } from '../types.ts'
import { openProps } from './props.ts'
import { renderMail } from './render.ts'

/** How long a message waits for a deployment that knows its name and version. */
const UNKNOWN_MILLISECONDS = 300_000

type DeliverDeps = Pick<
  Deps,
  CommitPort | 'clock' | 'mailer' | 'modules' | 'secrets' | 'settings' | 'telemetry'
>

/** What became of a message in this run. */
interface Outcome {
  readonly state: MessageState | 'absent'
}

/** A provider has not taken the mail; the job is tried again. Its words are our own. */
class NotTaken extends Error {
  override readonly name = 'NotTaken'
}

/**
 * Sends a message and notes how it came out. Whom it asks is written down before the mail goes out:
 * when this worker dies, the next one knows that the mail may have been sent, and sends it again
 * only by a provider that recognises the repeat.
 *
 * Throws to be tried again; a message that is not there was queued under another id before.
 */
export async function deliverMail(
  deps: DeliverDeps,
  ctx: RequestContext,
  { messageId }: { readonly messageId: string },
  run: JobRun,
): Promise<Outcome> {
  const tenantId = ctx.tenant.id
  const [parcel, reasons] = await Promise.all([
    deps.db.first(findParcel({ tenantId, id: messageId })),
    deps.db.read(findReasons(tenantId, messageId)),
  ])
  if (!parcel) return { state: 'absent' }
  const definition = definitionOf(deps.modules, parcel)
  if (!definition) throw new JobSnoozed(ctx.now + UNKNOWN_MILLISECONDS)
  const isOnList = isSuppressed(
    definition.purpose,
    reasons.map(({ reason }) => reason),
  )
  const step = nextStep(parcel, isOnList, ctx.now)
  switch (step.kind) {
    case 'nothing':
      return { state: parcel.state }
    case 'suppress':
      return end(deps, ctx, parcel, { state: 'suppressed' })
    case 'leave':
      return end(deps, ctx, parcel, { state: 'unknown', error: 'the answer was lost' })
    case 'send':
      return send(deps, ctx, { parcel, definition, provider: step.provider }, run)
  }
}

interface Sending {
  readonly parcel: Parcel
  readonly definition: MailDefinition
  readonly provider: string | undefined
}

async function send(
  deps: DeliverDeps,
  ctx: RequestContext,
  { parcel, definition, provider }: Sending,
  run: JobRun,
): Promise<Outcome> {
  const mail = await mailOf(deps, ctx, parcel, definition)
  if (typeof mail === 'string') return end(deps, ctx, parcel, { state: 'failed', error: mail })
  let receipt: MailReceipt
  try {
    receipt = await deps.mailer.send(mail, {
      signal: run.signal,
      ...(provider === undefined ? {} : { provider }),
      onAttempt: (asked) => noteAttempt(deps, ctx, parcel, asked),
    })
  } catch (error) {
    if (!(error instanceof MailFailure)) throw error
    return failed(deps, ctx, { parcel, failure: error, wasUnknown: provider !== undefined }, run)
  }
  return end(deps, ctx, parcel, { state: 'sent', receipt })
}

/** The mail, or why it cannot be made. */
async function mailOf(
  deps: Pick<Deps, 'secrets' | 'settings' | 'telemetry'>,
  { tenant }: RequestContext,
  parcel: Parcel,
  definition: MailDefinition,
): Promise<OutgoingMail | string> {
  const { id, recipient, recipientName, locale } = parcel
  const props = await openProps(deps, { tenantId: tenant.id, id }, parcel.props)
  if (props === undefined) return 'what it says cannot be read any more'
  try {
    const wish = { definition, locale, props: JSON.parse(props) }
    return {
      ...(await renderMail(deps.settings, tenant, wish)),
      id,
      tenantId: tenant.id,
      to: { address: recipient, ...(recipientName !== null && { name: recipientName }) },
      dedupeKey: id,
    }
  } catch (error) {
    deps.telemetry.error('mail not rendered', error, { message: id, name: parcel.name })
    return 'it cannot be rendered'
  }
}

async function noteAttempt(
  deps: Pick<Deps, 'clock' | 'db'>,
  ctx: RequestContext,
  parcel: Parcel,
  asked: { readonly name: string; readonly repeatable: boolean },
): Promise<void> {
  if (!ctx.fence) throw new LeaseLost()
  const message = { tenantId: ctx.tenant.id, id: parcel.id }
  const [rows] = await deps.db.bookkeep([beginSend(message, asked, ctx.fence, deps.clock.now())])
  if (rows.length === 0) throw new LeaseLost()
}

interface Failed {
  readonly parcel: Parcel
  readonly failure: MailFailure
  /** Whether an earlier send may have gone through. */
  readonly wasUnknown: boolean
}

async function failed(
  deps: DeliverDeps,
  ctx: RequestContext,
  { parcel, failure, wasUnknown }: Failed,
  run: JobRun,
): Promise<Outcome> {
  const { kind, repeatable } = failure
  const error = `${failure.provider}: ${failure.reason}`
  const now = deps.clock.now()
  const isUnknown = kind === 'unknown' || wasUnknown
  const isLate = run.attempt >= retry.maxAttempts || now - parcel.queuedAt >= GIVE_UP_MILLISECONDS
  if (kind === 'unknown' && !repeatable) return end(deps, ctx, parcel, { state: 'unknown', error })
  if (kind === 'rejected' || isLate)
    return end(deps, ctx, parcel, { state: isUnknown ? 'unknown' : 'failed', error })
  const unknownAt = isUnknown ? (parcel.unknownAt ?? ctx.now) : null
  await deps.db.bookkeep([
    putBack({
      tenantId: ctx.tenant.id,
      id: parcel.id,
      state: isUnknown ? 'unknown' : 'queued',
      error,
      unknownAt,
      now,
    }),
  ])
  if (failure.retryAfterSeconds !== undefined) {
    const seconds = Math.min(failure.retryAfterSeconds, MAX_RETRY_AFTER_SECONDS)
    throw new JobSnoozed(now + seconds * 1_000)
  }
  throw new NotTaken(error)
}

interface Ending {
  readonly state: 'sent' | 'failed' | 'suppressed' | 'unknown'
  readonly receipt?: MailReceipt
  readonly error?: string
}

async function end(
  deps: DeliverDeps,
  ctx: RequestContext,
  parcel: Parcel,
  { state, receipt, error }: Ending,
): Promise<Outcome> {
  const { id, sequence } = parcel
  const statement = endMessage({
    tenantId: ctx.tenant.id,
    id,
    sequence,
    state,
    provider: receipt?.provider ?? null,
    providerMessageId: receipt?.providerMessageId ?? null,
    error: error ?? null,
    now: deps.clock.now(),
  })
  const event = endEvent(parcel, state, receipt?.provider ?? '', error ?? '')
  await commit(deps, ctx, {
    writes: [{ statement, guard: 'state_allows' }],
    events: [event],
    audit: { action: event.type, targetType: 'mail', targetId: id },
    result: undefined,
  })
  deps.telemetry.count('rustok_mail_messages_total', { state })
  return { state }
}

function endEvent(
  { id, name, sequence }: Parcel,
  state: Ending['state'],
  provider: string,
  reason: string,
): DomainEvent {
  const about = { type: 'mail', id, version: sequence + 1 }
  const message = { messageId: id, name }
  switch (state) {
    case 'sent':
      return eventOf(messageSent, about, { ...message, provider })
    case 'failed':
      return eventOf(messageFailed, about, { ...message, reason })
    case 'suppressed':
      return eventOf(messageSuppressed, about, message)
    case 'unknown':
      return eventOf(messageUncertain, about, message)
  }
}

/** A message of a newer version than this deployment's is not known to it. */
function definitionOf(
  modules: Deps['modules'],
  { name, version }: Parcel,
): MailDefinition | undefined {
  return modules
    .flatMap(({ mails }) => mails)
    .find((mail) => mail.name === name && version <= mail.version)
}
