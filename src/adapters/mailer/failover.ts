import { BREAKER_LEVELS, type Breaker, createBreaker } from '../../kernel/breaker.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MailFailure, type Mailer, type SendOptions } from '../../ports/mailer.ts'
import type { Telemetry } from '../../ports/telemetry.ts'

/** What a failover is made of. */
export interface FailoverOptions {
  readonly clock: Clock
  readonly telemetry: Pick<Telemetry, 'count' | 'gauge' | 'observe'>
  /** Failures in a row that keep mails away from a provider. */
  readonly failuresToOpen?: number
  /** How long they are kept away before one is tried. */
  readonly openMilliseconds?: number
  /** How long that one keeps others away; as long as a send may take. */
  readonly probeMilliseconds?: number
}

interface Guarded {
  readonly mailer: Mailer
  readonly breaker: Breaker
}

/**
 * Sends by the first mailer whose breaker is closed and goes on to the next when that has not taken
 * the mail: on `unavailable` alone. A mail that is `rejected` would be everywhere, and one whose
 * fate is `unknown` might arrive twice. Throws `unavailable` when none is left.
 */
export function createFailoverMailer(mailers: readonly Mailer[], options: FailoverOptions): Mailer {
  const guarded = mailers.map((mailer) => ({ mailer, breaker: breakerOf(mailer, options) }))
  return {
    name: mailers.map(({ name }) => name).join(', '),
    async send(mail, sendOptions = {}) {
      let last = new MailFailure({
        kind: 'unavailable',
        provider: sendOptions.provider ?? 'all',
        reason: 'no provider is closed to failures',
      })
      for (const candidate of named(guarded, sendOptions)) {
        if (!candidate.breaker.allows()) continue
        try {
          return await attempt(options, candidate, () => candidate.mailer.send(mail, sendOptions))
        } catch (error) {
          if (!(error instanceof MailFailure) || error.kind !== 'unavailable') throw error
          last = error
        }
      }
      throw last
    },
    async doctor(domain) {
      const checks = await Promise.all(mailers.map(async (mailer) => mailer.doctor?.(domain)))
      return checks.flatMap((of) => of ?? [])
    },
  }
}

function named(guarded: readonly Guarded[], { provider }: SendOptions): readonly Guarded[] {
  return provider === undefined ? guarded : guarded.filter(({ mailer }) => mailer.name === provider)
}

/** A mail that is `rejected` was answered: the provider works. */
async function attempt<T>(
  { clock, telemetry }: FailoverOptions,
  { mailer, breaker }: Guarded,
  send: () => Promise<T>,
): Promise<T> {
  const provider = mailer.name
  const startedAt = clock.now()
  const done = (outcome: string) => {
    telemetry.count('rustok_mail_sends_total', { provider, outcome })
    telemetry.observe('rustok_mail_send_seconds', (clock.now() - startedAt) / 1_000, { provider })
  }
  try {
    const receipt = await send()
    breaker.succeeded()
    done('sent')
    return receipt
  } catch (error) {
    const kind = error instanceof MailFailure ? error.kind : 'unknown'
    if (kind === 'rejected') breaker.succeeded()
    else breaker.failed()
    done(kind)
    throw error
  }
}

function breakerOf(
  mailer: Mailer,
  { telemetry, probeMilliseconds = 15_000, ...rest }: FailoverOptions,
) {
  return createBreaker({
    ...rest,
    probeMilliseconds,
    onState: (state) =>
      telemetry.gauge('rustok_mail_breaker_state', BREAKER_LEVELS[state], {
        provider: mailer.name,
      }),
  })
}
