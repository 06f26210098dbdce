import type { RequestContext } from '../../../../kernel/context.ts'
import { type JobRun, JobSnoozed } from '../../../../kernel/job.ts'
import { signatureOf } from '../../../../kernel/standard-webhooks.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { FetchFailure } from '../../../../ports/fetcher.ts'
import { FAILING_MILLISECONDS, decideTry, isSuccess, retryAfterOf, scrubbed } from '../../domain.ts'
import {
  claimProbe,
  disableByItself,
  noteFailing,
  noteHealthy,
  secretsOf,
} from '../../endpoints/index.ts'
import type { Outcome, Verdict } from '../../types.ts'
import { type DueDelivery, findDue, giveUp, noteTry } from '../repo.ts'

export type DeliverDeps = Pick<
  Deps,
  CommitPort | 'tenants' | 'fetcher' | 'secrets' | 'clock' | 'random'
>

/** One to three seconds: those that found no place do not come back together. */
const busyPause = (random: number) => Math.round(1_000 + random * 2_000)

/** How long a delivery waits while another one tries a paused endpoint. */
const PROBED_MILLISECONDS = 5_000

/**
 * Tries a delivery once. Throws `JobSnoozed` until the next try is due, while the endpoint is paused
 * and while too much is on its way to it; what it returns is the end of the delivery.
 */
export async function deliver(
  deps: DeliverDeps,
  ctx: RequestContext,
  id: string,
  run: Pick<JobRun, 'signal'>,
): Promise<{ state: string; status: number | null }> {
  const due = await deps.db.first(findDue({ tenantId: ctx.tenant.id, id }))
  if (!due || due.state !== 'pending') return { state: due?.state ?? 'gone', status: null }
  if (due.endpointState !== 'enabled') {
    const error =
      due.endpointState === null ? 'the endpoint was deleted' : 'the endpoint is disabled'
    await deps.db.bookkeep([giveUp(ctx.tenant.id, id, error, ctx.now)])
    return { state: 'failed', status: null }
  }
  if ((due.nextAttemptAt ?? 0) > ctx.now) throw new JobSnoozed(due.nextAttemptAt ?? ctx.now)
  const isProbe = await requireUnpaused(deps, ctx, due)
  const outcome = await send(deps, ctx, due, run)
  const verdict = decideTry(due.attempts, outcome, deps.clock.now(), deps.random())
  await note(deps, ctx, due, { outcome, verdict, isProbe })
  if (verdict.nextAttemptAt !== null) throw new JobSnoozed(verdict.nextAttemptAt)
  return { state: verdict.state, status: outcome.status }
}

/** The circuit breaker. True for the one try that finds out whether a paused endpoint is back. */
async function requireUnpaused(
  deps: DeliverDeps,
  ctx: RequestContext,
  due: DueDelivery,
): Promise<boolean> {
  const { pausedUntil, endpointId } = due
  if (pausedUntil === null) return false
  const later = (from: number) => new JobSnoozed(from + Math.round(deps.random() * 1_000))
  if (pausedUntil > ctx.now) throw later(pausedUntil)
  const [probes] = await deps.db.bookkeep([claimProbe(ctx.tenant.id, endpointId, ctx.now)])
  if (probes.length === 0) throw later(ctx.now + PROBED_MILLISECONDS)
  return true
}

/** Signs the body anew and sends it. */
async function send(
  deps: DeliverDeps,
  ctx: RequestContext,
  due: DueDelivery,
  run: Pick<JobRun, 'signal'>,
): Promise<Outcome> {
  const startedAt = deps.clock.now()
  const timestamp = Math.floor(startedAt / 1_000)
  const { eventId, body, url } = due
  const endpoint = { ...due, id: due.endpointId }
  const secrets = await secretsOf(deps, ctx.tenant.id, endpoint, startedAt)
  const headers = {
    'content-type': 'application/json',
    'webhook-id': eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': await signatureOf(secrets, { id: eventId, timestamp, body }),
  }
  const latency = () => Math.max(0, deps.clock.now() - startedAt)
  try {
    const answer = await deps.fetcher.post({
      url,
      endpoint: due.endpointId,
      headers,
      body,
      signal: run.signal,
    })
    return {
      status: answer.status,
      retryAfter: retryAfterOf(answer.retryAfter, deps.clock.now()),
      error: isSuccess(answer.status) ? null : `the endpoint answered ${answer.status}`,
      answer: scrubbed(answer.body),
      latencyMs: latency(),
    }
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error
    if (error.kind === 'busy') throw new JobSnoozed(deps.clock.now() + busyPause(deps.random()))
    const text = `${error.kind}: ${error.message}`
    return { status: null, retryAfter: null, error: text, answer: null, latencyMs: latency() }
  }
}

/** Keeps the log and the endpoint's health, and disables an endpoint that is gone or has failed too long. */
async function note(
  deps: DeliverDeps,
  ctx: RequestContext,
  due: DueDelivery,
  tried: { readonly outcome: Outcome; readonly verdict: Verdict; readonly isProbe: boolean },
): Promise<void> {
  const { outcome, verdict, isProbe } = tried
  const tenantId = ctx.tenant.id
  const now = deps.clock.now()
  const failure = { now, pause: verdict.pauseMilliseconds, isProbe }
  const [[health]] = await deps.db.bookkeep([
    isSuccess(outcome.status)
      ? noteHealthy(tenantId, due.endpointId)
      : noteFailing(tenantId, due.endpointId, failure),
    ...noteTry(tenantId, due.id, { at: now, outcome, verdict }),
  ])
  const since = isSuccess(outcome.status) ? null : (health?.failingSince ?? null)
  if (verdict.isGone) await disableByItself(deps, ctx, due.endpointId, 'gone')
  else if (since !== null && now - since >= FAILING_MILLISECONDS)
    await disableByItself(deps, ctx, due.endpointId, 'failing')
}
