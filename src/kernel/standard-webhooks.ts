import { fromBase64, toBase64 } from './bytes.ts'

/** A message of Standard Webhooks 1.0: what is signed. */
export interface SignedMessage {
  readonly id: string
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly body: string
}

const PREFIX = 'whsec_'

/** The least and the most bytes of a secret (Standard Webhooks 1.0, "Signature scheme"). */
const SECRET_BYTES = { min: 24, max: 64 }

/** How far a timestamp may be from now, in milliseconds. */
export const REPLAY_MILLISECONDS = 300_000

/** A secret as both sides keep it: `whsec_` and base64 of 24 to 64 random bytes. */
export function secretOf(bytes: Uint8Array): string {
  return PREFIX + toBase64(bytes)
}

/** True for a text that can be a secret. */
export function isSecret(text: string): boolean {
  return keyOf(text) !== undefined
}

/**
 * The `webhook-signature` of a message: one HMAC-SHA-256 for each secret, separated by spaces, so that
 * a receiver with any of them accepts it. Throws `RangeError` for a text that is no secret.
 */
export async function signatureOf(
  secrets: readonly string[],
  message: SignedMessage,
): Promise<string> {
  const signatures = secrets.map(async (secret) => {
    const mac = await crypto.subtle.sign('HMAC', await importKey(secret), contentOf(message))
    return `v1,${toBase64(new Uint8Array(mac))}`
  })
  return (await Promise.all(signatures)).join(' ')
}

/** Whether one of the signatures is the secret's. Compares in constant time. */
export async function isSignedBy(
  secret: string,
  message: SignedMessage,
  signatures: string,
): Promise<boolean> {
  const key = await importKey(secret)
  const content = contentOf(message)
  const found = signatures
    .split(' ')
    .slice(0, 10)
    .flatMap((signature) => (signature.startsWith('v1,') ? [bytesOf(signature.slice(3))] : []))
  const verdicts = found.map(async (mac) => mac && crypto.subtle.verify('HMAC', key, mac, content))
  return (await Promise.all(verdicts)).includes(true)
}

async function importKey(secret: string): Promise<CryptoKey> {
  const key = keyOf(secret)
  if (!key) throw new RangeError('the secret is not whsec_ and base64 of 24 to 64 bytes')
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', key, algorithm, false, ['sign', 'verify'])
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> | undefined {
  const key = secret.startsWith(PREFIX) ? bytesOf(secret.slice(PREFIX.length)) : undefined
  const length = key?.byteLength ?? 0
  return length >= SECRET_BYTES.min && length <= SECRET_BYTES.max ? key : undefined
}

function contentOf({ id, timestamp, body }: SignedMessage): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(`${id}.${timestamp}.${body}`))
}

/** A secret or a signature, of a length that either may have. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  return text === '' || text.length > 1_000 ? undefined : fromBase64(text)
}
