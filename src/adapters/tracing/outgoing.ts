import { formatTraceparent } from '../../kernel/trace.ts'
import type { Clock } from '../../kernel/clock.ts'
import { FetchFailure, type Fetcher } from '../../ports/fetcher.ts'
import { MailFailure, type Mailer } from '../../ports/mailer.ts'
import type { Doing, Totals } from '../../ports/totals.ts'
import type { Tracing } from '../../ports/tracing.ts'

/** What requests to others are seen by. */
export interface Watch {
  readonly clock: Clock
  readonly tracing: Tracing
  readonly totals: Totals
}

/** `traceparent` of the work under way. `tracestate` is not passed on: it is our callers' own. */
function traceHeaders({ tracing }: Pick<Watch, 'tracing'>): Readonly<Record<string, string>> {
  const scope = tracing.current()
  return scope ? { traceparent: formatTraceparent(scope.trace) } : {}
}

/** A `fetch` whose requests carry the trace of the work that makes them. */
export function traceFetch(
  watch: Pick<Watch, 'tracing'>,
  fetch: typeof globalThis.fetch,
): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : {}))
    for (const [name, value] of Object.entries(traceHeaders(watch))) headers.set(name, value)
    return fetch(input, { ...init, headers })
  }
}

/** A fetcher whose requests carry the trace of the work that makes them, and are spans. */
export function watchFetcher(watch: Watch, fetcher: Fetcher): Fetcher {
  return {
    check: (url) => fetcher.check(url),
    post: (request) =>
      watch.tracing.span('webhook.send', async (span) => {
        const startedAt = watch.clock.now()
        const done = (outcome: string) => {
          span.set('rustok.outcome', outcome)
          add(watch, { kind: 'webhook', name: '', outcome, detail: '', startedAt })
        }
        try {
          const headers = { ...request.headers, ...traceHeaders(watch) }
          const answer = await fetcher.post({ ...request, headers })
          span.set('http.response.status_code', answer.status)
          done(String(answer.status))
          return answer
        } catch (error) {
          done(error instanceof FetchFailure ? error.kind : 'failed')
          throw error
        }
      }),
  }
}

/** A mailer whose sends are spans. They tell the provider and the kind of mail, and no address. */
export function watchMailer(watch: Watch, mailer: Mailer): Mailer {
  return {
    ...mailer,
    send: (mail, options) =>
      watch.tracing.span('mail.send', async (span) => {
        span.set('rustok.mail.category', mail.category)
        const startedAt = watch.clock.now()
        const done = (name: string, outcome: string) => {
          span.set('rustok.mail.provider', name)
          span.set('rustok.outcome', outcome)
          add(watch, { kind: 'mail', name, outcome, detail: mail.category ?? '', startedAt })
        }
        try {
          const receipt = await mailer.send(mail, options)
          done(receipt.provider, 'sent')
          return receipt
        } catch (error) {
          if (error instanceof MailFailure) done(error.provider, error.kind)
          else done(mailer.name, 'failed')
          throw error
        }
      }),
  }
}

function add(
  { clock, tracing, totals }: Watch,
  done: Pick<Doing, 'kind' | 'name' | 'outcome' | 'detail'> & { readonly startedAt: number },
): void {
  totals.add({
    kind: done.kind,
    name: done.name,
    outcome: done.outcome,
    tenantId: tracing.current()?.tenantId ?? '',
    detail: done.detail,
    milliseconds: clock.now() - done.startedAt,
    roundTrips: 0,
    rowsRead: 0,
    rowsWritten: 0,
  })
}
