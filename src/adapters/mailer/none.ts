import type { Mailer } from '../../ports/mailer.ts'
import { createProviderMailer, failureOf } from './provider.ts'

const NONE = { name: 'none' } as const

const REASON = 'MAIL_PROVIDERS names no provider'

/** What sends where no provider is configured: nothing, and says so. Mails wait for a retry. */
export function createNoMailer(): Mailer {
  return createProviderMailer({
    ...NONE,
    timeoutMilliseconds: 1_000,
    deliver: async () => {
      throw failureOf(NONE, { kind: 'unavailable', reason: REASON })
    },
    examine: async () => [{ name: 'a provider is configured', passed: false, detail: REASON }],
  })
}
