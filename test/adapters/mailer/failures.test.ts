import { describe, expect, it } from 'vitest'
import type { HttpDeps } from '../../../src/adapters/mailer/http.ts'
import { createMailchannelsMailer } from '../../../src/adapters/mailer/mailchannels.ts'
import { createPostmarkMailer } from '../../../src/adapters/mailer/postmark.ts'
import { createResendMailer } from '../../../src/adapters/mailer/resend.ts'
import { createSendgridMailer } from '../../../src/adapters/mailer/sendgrid.ts'
import { createSesMailer } from '../../../src/adapters/mailer/ses.ts'
import { MailFailure, type Mailer } from '../../../src/ports/mailer.ts'
import { CANARY, type SinkScript, aMail, aSink, thrownBy } from '../../support/mail.ts'

const KEY = 'canary-of-the-key'

const makers: Readonly<Record<string, (deps: HttpDeps) => Mailer>> = {
  mailchannels: (deps) => createMailchannelsMailer(deps, { apiKey: KEY, dryRun: false }),
  resend: (deps) => createResendMailer(deps, { apiKey: KEY }),
  sendgrid: (deps) => createSendgridMailer(deps, { apiKey: KEY }),
  postmark: (deps) => createPostmarkMailer(deps, { serverToken: KEY, messageStream: 'outbound' }),
  ses: (deps) =>
    createSesMailer(deps, { region: 'eu-west-1', accessKeyId: 'AKID', secretAccessKey: KEY }),
}

/** What a send throws whose answer quotes everything that it should not. */
async function failure(provider: string, script: SinkScript, change: Partial<HttpDeps> = {}) {
  const sink = aSink(script)
  const make = makers[provider]
  if (!make) throw new Error('no such provider')
  const error = await thrownBy(make({ ...sink.deps, ...change }).send(aMail()))
  expect(error).toBeInstanceOf(MailFailure)
  for (const told of [String(error), JSON.stringify(error), String((error as Error).stack)]) {
    expect(told).not.toContain(KEY)
    expect(told).not.toContain(CANARY)
    expect(told).not.toContain('recipient.example')
  }
  expect((error as Error).cause).toBeUndefined()
  return { error, requests: await sink.requests() }
}

const quoting = {
  errors: [`${KEY} ${CANARY} zoe@recipient.example`],
  message: CANARY,
  Message: KEY,
}

describe.each(Object.keys(makers))('a failure of %s', (provider) => {
  it.each([429, 500, 502, 503, 522, 401, 403, 301])(
    'with status %i leaves the mail unsent',
    async (status) => {
      const headers = { 'retry-after': '17', location: 'http://127.0.0.1:1/' }
      const { error, requests } = await failure(provider, { status, headers, body: quoting })
      expect(error).toMatchObject({ provider, kind: 'unavailable', retryAfterSeconds: 17 })
      expect(requests).toHaveLength(1)
    },
  )

  it.each([504, 520, 524])(
    'with status %i leaves it open whether the mail went',
    async (status) => {
      const { error } = await failure(provider, { status, body: quoting })
      expect(error).toMatchObject({ provider, kind: 'unknown' })
    },
  )

  it('with status 413 is for ever', async () => {
    const body = { ...quoting, ErrorCode: 300, name: 'validation_error' }
    const headers = { 'x-amzn-errortype': 'BadRequestException' }
    const { error } = await failure(provider, { status: 413, headers, body })
    expect(error).toMatchObject({ provider, kind: 'rejected', retryAfterSeconds: undefined })
  })

  it('to be there leaves the mail unsent', async () => {
    const { error } = await failure(provider, {}, { baseUrl: 'http://127.0.0.1:1' })
    expect(error).toMatchObject({ kind: 'unavailable', reason: 'the connection was lost' })
  })

  it('to answer in time leaves it open whether the mail went', async () => {
    const { error, requests } = await failure(
      provider,
      { fault: 'hang' },
      { timeoutMilliseconds: 500 },
    )
    expect(error).toMatchObject({ kind: 'unknown', reason: 'no answer in time' })
    expect(error).toMatchObject({ repeatable: provider === 'resend' })
    expect(requests).toHaveLength(1)
  })

  it('to answer at all leaves it open whether the mail went', async () => {
    const { error } = await failure(provider, { fault: 'cut' })
    expect(error).toMatchObject({ kind: 'unknown', reason: 'the connection was lost' })
  })

  it('to answer in its own form, or briefly, after taking the mail is none', async () => {
    const scripts = ['', 'OK', '{"id":{},"results":7,"ErrorCode":"?"}'].map((body) => ({ body }))
    for (const script of [...scripts, { body: 'x', times: 1_000_000 }]) {
      const make = makers[provider]
      const { deps } = aSink(script)
      expect(await make?.(deps).send(aMail())).toEqual({ provider })
    }
  })
})

describe('a provider’s own codes', () => {
  it.each([
    [
      'ses',
      400,
      { 'x-amzn-errortype': 'MessageRejected:http://x' },
      {},
      'rejected',
      'MessageRejected',
    ],
    [
      'ses',
      400,
      {},
      { __type: 'com.amazon#SendingPausedException' },
      'unavailable',
      'SendingPausedException',
    ],
    ['ses', 404, {}, { __type: 'NotFoundException' }, 'unavailable', 'NotFoundException'],
    ['postmark', 422, {}, { ErrorCode: 406 }, 'rejected', '406'],
    ['postmark', 422, {}, { ErrorCode: 405 }, 'unavailable', '405'],
    ['resend', 422, {}, { name: 'validation_error' }, 'rejected', 'validation_error'],
    [
      'resend',
      409,
      {},
      { name: 'invalid_idempotent_request' },
      'rejected',
      'invalid_idempotent_request',
    ],
    [
      'resend',
      409,
      {},
      { name: 'concurrent_idempotent_requests' },
      'unknown',
      'concurrent_idempotent_requests',
    ],
  ] as const)(
    'of %s with status %i are understood',
    async (provider, status, headers, body, kind, code) => {
      const { error } = await failure(provider, { status, headers, body })
      expect(error).toMatchObject({ kind, reason: `status ${status} ${code}` })
    },
  )

  it('say in a success that a mail was not taken', async () => {
    const failed = { results: [{ index: 0, status: 'failed', reason: CANARY }] }
    const { error } = await failure('mailchannels', { status: 202, body: failed })
    expect(error).toMatchObject({ kind: 'rejected', reason: 'the result is failed' })
    const inactive = await failure('postmark', { body: { ErrorCode: 406 } })
    expect(inactive.error).toMatchObject({ kind: 'rejected', reason: 'code 406' })
  })

  it('name a date to come back at', async () => {
    const clock = { now: () => Date.UTC(2026, 0, 1) }
    const headers = { 'retry-after': 'Thu, 01 Jan 2026 00:01:30 GMT' }
    const { error } = await failure('resend', { status: 429, headers }, { clock })
    expect(error).toMatchObject({ retryAfterSeconds: 90 })
  })
})

describe('the check of a provider', () => {
  it('tells what MailChannels finds of the domain', async () => {
    const body = {
      check_results: {
        spf: { verdict: 'passed' },
        dkim: [{ verdict: 'failed', reason: 'no record' }],
        domain_lockdown: { verdict: 'failed', reason: 'no record' },
        sender_domain: { verdict: 'passed', a: {}, mx: {} },
      },
    }
    const sink = aSink({ body })
    expect(await makers['mailchannels']?.(sink.deps).doctor?.('sender.example')).toEqual([
      { name: 'mailchannels: SPF', passed: true, detail: 'passed' },
      { name: 'mailchannels: DKIM', passed: false, detail: 'no record' },
      { name: 'mailchannels: Domain Lockdown', passed: false, detail: 'no record' },
      { name: 'mailchannels: the sender’s domain', passed: true, detail: 'passed' },
    ])
    const request = await sink.request()
    expect(request).toMatchObject({ method: 'POST', path: '/tx/v1/check-domain' })
    expect(JSON.parse(request.body)).toEqual({ domain: 'sender.example' })
  })

  it.each([
    ['postmark', '/server'],
    ['sendgrid', '/v3/scopes'],
    ['ses', '/v2/email/account'],
  ])('of %s asks with the key and sends nothing', async (provider, path) => {
    const good = aSink({ body: { SendingEnabled: true, ProductionAccessEnabled: true } })
    const checks = await makers[provider]?.(good.deps).doctor?.('sender.example')
    expect(checks?.every(({ passed }) => passed)).toBe(true)
    expect(await good.request()).toMatchObject({ method: 'GET', path })
    const wrong = await makers[provider]?.(aSink({ status: 401 }).deps).doctor?.('sender.example')
    expect(wrong?.[0]).toMatchObject({ passed: false, detail: 'status 401' })
    const gone = { ...good.deps, baseUrl: 'http://127.0.0.1:1' }
    const nobody = await makers[provider]?.(gone).doctor?.('sender.example')
    expect(nobody?.[0]).toMatchObject({ passed: false, detail: 'the connection was lost' })
  })
})
