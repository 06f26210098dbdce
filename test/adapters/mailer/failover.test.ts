import { describe, expect, it } from 'vitest'
import { createFailoverMailer } from '../../../src/adapters/mailer/failover.ts'
import { createNoMailer } from '../../../src/adapters/mailer/none.ts'
import { createPostmarkMailer } from '../../../src/adapters/mailer/postmark.ts'
import { createResendMailer } from '../../../src/adapters/mailer/resend.ts'
import { createConsoleTelemetry } from '../../../src/adapters/telemetry/console.ts'
import { type SinkScript, aMail, aSink, thrownBy } from '../../support/mail.ts'

const DOWN = { status: 503 }
const TAKEN = { body: { id: 'taken', ErrorCode: 0, MessageID: 'taken' } }

/** Resend first and Postmark after it, each as told. */
function aPair(first: SinkScript, second: SinkScript) {
  let now = 1_000_000
  const clock = { now: () => now }
  const telemetry = createConsoleTelemetry({ clock, level: 'silent', format: 'json', base: {} })
  const sinks = { first: aSink(first), second: aSink(second) }
  const timeoutMilliseconds = 500
  const resend = createResendMailer({ ...sinks.first.deps, timeoutMilliseconds }, { apiKey: 'k' })
  const postmark = createPostmarkMailer(
    { ...sinks.second.deps, timeoutMilliseconds },
    { serverToken: 'k', messageStream: 'outbound' },
  )
  const mailer = createFailoverMailer([resend, postmark], { clock, telemetry })
  const asked = async () => [
    (await sinks.first.requests()).length,
    (await sinks.second.requests()).length,
  ]
  return { mailer, asked, telemetry, pass: (milliseconds: number) => void (now += milliseconds) }
}

describe('mails with two providers', () => {
  it('go by the first', async () => {
    const { mailer, asked } = aPair(TAKEN, TAKEN)
    expect(await mailer.send(aMail())).toEqual({ provider: 'resend', providerMessageId: 'taken' })
    expect(await asked()).toEqual([1, 0])
  })

  it('go by the second when the first is down', async () => {
    const { mailer, asked } = aPair(DOWN, TAKEN)
    expect(await mailer.send(aMail())).toMatchObject({ provider: 'postmark' })
    expect(await asked()).toEqual([1, 1])
  })

  it('leave the first alone once it has failed five times, and try it after 30 seconds', async () => {
    const { mailer, asked, pass, telemetry } = aPair(DOWN, TAKEN)
    for (let count = 0; count < 7; count += 1) await mailer.send(aMail())
    expect(await asked()).toEqual([5, 7])
    expect(telemetry.render()).toContain('rustok_mail_breaker_state{provider="resend"} 1')
    pass(30_000)
    await mailer.send(aMail())
    await mailer.send(aMail())
    expect(await asked()).toEqual([6, 9])
    expect(telemetry.render()).toContain(
      'rustok_mail_sends_total{provider="resend",outcome="unavailable"} 6',
    )
  })

  it('are not offered to the second when the first refuses them', async () => {
    const { mailer, asked } = aPair({ status: 422, body: { name: 'validation_error' } }, TAKEN)
    for (let count = 0; count < 6; count += 1) {
      expect(await thrownBy(mailer.send(aMail()))).toMatchObject({
        kind: 'rejected',
        provider: 'resend',
      })
    }
    expect(await asked()).toEqual([6, 0])
  })

  it('are not offered to the second when the first may have taken them', async () => {
    const { mailer, asked } = aPair({ fault: 'cut' }, TAKEN)
    const mail = aMail()
    const error = await thrownBy(mailer.send(mail))
    expect(error).toMatchObject({ kind: 'unknown', provider: 'resend', repeatable: true })
    await thrownBy(mailer.send(mail, { provider: 'resend' }))
    expect(await asked()).toEqual([2, 0])
  })

  it('wait when neither takes them, and say how long', async () => {
    const { mailer } = aPair(DOWN, { status: 429, headers: { 'retry-after': '7' } })
    const error = await thrownBy(mailer.send(aMail()))
    expect(error).toMatchObject({ kind: 'unavailable', provider: 'postmark', retryAfterSeconds: 7 })
    for (let count = 0; count < 4; count += 1) await thrownBy(mailer.send(aMail()))
    expect(await thrownBy(mailer.send(aMail()))).toMatchObject({
      kind: 'unavailable',
      provider: 'all',
    })
  })

  it('go nowhere when the provider that they are for is not there', async () => {
    const { mailer, asked } = aPair(TAKEN, TAKEN)
    const error = await thrownBy(mailer.send(aMail(), { provider: 'smtp' }))
    expect(error).toMatchObject({ kind: 'unavailable', provider: 'smtp' })
    expect(await asked()).toEqual([0, 0])
  })
})

describe('mails without a provider', () => {
  it('wait, with the reason', async () => {
    const error = await thrownBy(createNoMailer().send(aMail()))
    expect(error).toMatchObject({
      kind: 'unavailable',
      reason: 'MAIL_PROVIDERS names no provider',
    })
  })
})
