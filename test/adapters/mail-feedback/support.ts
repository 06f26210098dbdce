import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import type { FeedbackRequest, MailFeedbackSource } from '../../../src/ports/mail-feedback.ts'
import { thrownBy } from '../../support/mail.ts'

/** The time at which the tests' webhooks come. */
export const NOW = Date.UTC(2026, 10, 20, 12)
export const SECONDS = NOW / 1_000

/** A webhook request. */
export function aRequest(headers: Readonly<Record<string, string>>, body: string): FeedbackRequest {
  return { headers: new Headers(headers), body: new TextEncoder().encode(body) }
}

/** What a source says of a request that it refuses. */
export async function refusal(source: MailFeedbackSource, request: FeedbackRequest, now = NOW) {
  return thrownBy(source.verify(request, now))
}

/** Svix's signature, worked out with another cryptography. */
export function svixHeaders(secret: string, id: string, seconds: number, body: string) {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'svix-id': id, 'svix-timestamp': String(seconds), 'svix-signature': `v1,${mac}` }
}

/** A key pair and what it signs, worked out with another cryptography. */
export function aSigner(kind: 'ed25519' | 'p256') {
  const { privateKey, publicKey } =
    kind === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    sign: (text: string) =>
      sign(kind === 'ed25519' ? null : 'sha256', Buffer.from(text), privateKey).toString('base64'),
  }
}
