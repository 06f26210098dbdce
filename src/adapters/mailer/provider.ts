import {
  type MailCheck,
  MailFailure,
  type MailFailureDetails,
  type Mailer,
  type SendOptions,
} from '../../ports/mailer.ts'
import { type CheckedMail, UnsendableMail, checkMail } from './message.ts'

/** What a provider's adapter brings; the rest is the same for all. */
export interface Provider {
  readonly name: string
  readonly timeoutMilliseconds: number
  /** Whether the provider recognises a repeat by the mail's dedupe key. */
  readonly repeatable?: boolean
  /** Sends and answers the provider's id of the message. May throw anything, and heeds the signal. */
  readonly deliver: (mail: CheckedMail, signal: AbortSignal) => Promise<string | undefined>
  readonly examine?: (domain: string, signal: AbortSignal) => Promise<readonly MailCheck[]>
}

/**
 * A mailer around a provider: refuses mails that cannot be sent, bounds the wait, and throws
 * `MailFailure` only. What fails without saying how is `unknown`, which is never wrong.
 */
export function createProviderMailer(provider: Provider): Mailer {
  const { name, examine } = provider
  const send: Mailer['send'] = async (mail, options = {}) => {
    const checked = checkFor(name, () => checkMail(mail))
    if (options.provider !== undefined && options.provider !== name) {
      throw new MailFailure({ kind: 'unavailable', provider: name, reason: 'is not the one named' })
    }
    await options.onAttempt?.({ name, repeatable: provider.repeatable ?? false })
    const signal = signalOf(options, provider.timeoutMilliseconds)
    const id = await delivered(provider, checked, signal)
    return { provider: name, ...(id && { providerMessageId: id.slice(0, 200) }) }
  }
  if (!examine) return { name, send }
  return {
    name,
    send,
    async doctor(domain) {
      try {
        const signal = AbortSignal.timeout(provider.timeoutMilliseconds)
        return await examine(domain, signal)
      } catch (error) {
        const reason = error instanceof MailFailure ? error.reason : 'cannot be asked'
        return [{ name: `${name}: answers`, passed: false, detail: reason }]
      }
    },
  }
}

/** Waits for what does not heed a signal, until the signal is aborted. */
export async function raced<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let stop: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new Error('aborted'))
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
    promise.catch(() => undefined)
  }
}

/** The failure of a provider, with what the provider says of repeats. */
export function failureOf(
  provider: Pick<Provider, 'name' | 'repeatable'>,
  details: Omit<MailFailureDetails, 'provider' | 'repeatable'>,
): MailFailure {
  return new MailFailure({
    provider: provider.name,
    repeatable: provider.repeatable ?? false,
    ...details,
  })
}

async function delivered(
  provider: Provider,
  mail: CheckedMail,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (signal.aborted) throw failureOf(provider, { kind: 'unavailable', reason: 'not started' })
  try {
    return await provider.deliver(mail, signal)
  } catch (error) {
    if (error instanceof MailFailure) throw error
    const reason = signal.aborted ? 'no answer in time' : 'failed without an answer'
    throw failureOf(provider, { kind: 'unknown', reason })
  }
}

function checkFor<T>(provider: string, check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof UnsendableMail)) throw error
    throw new MailFailure({ kind: 'rejected', provider, reason: error.message })
  }
}

function signalOf(options: SendOptions, standardMilliseconds: number): AbortSignal {
  const timeout = AbortSignal.timeout(options.timeoutMilliseconds ?? standardMilliseconds)
  return options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
}
