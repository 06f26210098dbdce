import type { JWK } from 'jose'
import { fromBase64Url, toBase64Url } from '../../../src/kernel/cursor.ts'

/** A token that must be refused, with the attack it stands for. */
export type Forgery = readonly [attack: string, token: string]

/** What an attacker has: a good token and the public key; and what only the tests have. */
export interface Target {
  readonly token: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly privateKey: JWK
  readonly publicKey: JWK & { readonly kid: string }
}

export type Header = Readonly<Record<string, unknown>>

const encoder = new TextEncoder()
const ecdsa = { name: 'ECDSA', hash: 'SHA-256' } as const
export const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const

export const encodeText = (text: string) => toBase64Url(encoder.encode(text))
export const encode = (value: unknown) => encodeText(JSON.stringify(value))
export const bytesOf = (text: string) => fromBase64Url(text) ?? new Uint8Array()

/** The header that a good token of the target has. */
export const headerOf = ({ publicKey }: Target): Header => ({
  alg: 'ES256',
  typ: 'at+jwt',
  kid: publicKey.kid,
})

/** Signs a header and a payload as they are, whatever they say. */
export async function signAs(key: JWK, header: unknown, claims: unknown): Promise<string> {
  const { x = '', y = '', d = '' } = key
  const jwk = { kty: 'EC', crv: 'P-256', x, y, d }
  const imported = await crypto.subtle.importKey('jwk', jwk, curve, false, ['sign'])
  const input = `${encode(header)}.${encode(claims)}`
  const signature = await crypto.subtle.sign(ecdsa, imported, encoder.encode(input))
  return `${input}.${toBase64Url(new Uint8Array(signature))}`
}
