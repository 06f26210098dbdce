import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import {
  type EmailBinding,
  createCloudflareMailer,
} from '../../../src/adapters/mailer/cloudflare.ts'
import { aMail, thrownBy } from '../../support/mail.ts'

declare global {
  namespace Cloudflare {
    interface Env {
      EMAIL: SendEmail
    }
  }
}

const options = { timeoutMilliseconds: 2_000 }

/** A binding whose answer is an error with a code, as Cloudflare documents it. */
function refusing(code: string | undefined): EmailBinding {
  return {
    send: () =>
      Promise.reject(Object.assign(new Error('canary'), code === undefined ? {} : { code })),
  }
}

describe('a mail by Cloudflare’s binding', () => {
  it('is taken by the local simulator and gets its id', async () => {
    const receipt = await createCloudflareMailer(env.EMAIL, options).send(aMail())
    expect(receipt).toMatchObject({ provider: 'cloudflare' })
    expect(receipt.providerMessageId).toMatch(/\S/)
  })

  it.each([
    ['E_RECIPIENT_SUPPRESSED', 'rejected'],
    ['E_VALIDATION_ERROR', 'rejected'],
    ['E_DELIVERY_FAILED', 'rejected'],
    ['E_RATE_LIMIT_EXCEEDED', 'unavailable'],
    ['E_DAILY_LIMIT_EXCEEDED', 'unavailable'],
    ['E_SENDER_NOT_VERIFIED', 'unavailable'],
    ['E_INTERNAL_SERVER_ERROR', 'unavailable'],
  ])('with the error %s is %s', async (code, kind) => {
    const error = await thrownBy(createCloudflareMailer(refusing(code), options).send(aMail()))
    expect(error).toMatchObject({ provider: 'cloudflare', kind, reason: code })
  })

  it.each(['E_SOMETHING_NEW', undefined])('with the error %s may have gone', async (code) => {
    const error = await thrownBy(createCloudflareMailer(refusing(code), options).send(aMail()))
    expect(error).toMatchObject({ kind: 'unknown', reason: 'failed without an answer' })
    expect(String(error)).not.toContain('canary')
  })

  it('is waited for no longer than told', async () => {
    const hanging: EmailBinding = { send: () => new Promise(() => undefined) }
    const mailer = createCloudflareMailer(hanging, { timeoutMilliseconds: 100 })
    const error = await thrownBy(mailer.send(aMail()))
    expect(error).toMatchObject({ kind: 'unknown', reason: 'no answer in time' })
  })
})
