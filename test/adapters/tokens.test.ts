import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createAccessTokens } from '../../src/adapters/tokens/jose.ts'
import { parseSigningKeys } from '../../src/adapters/tokens/keys.ts'
import { signAs } from '../support/forgeries/forgery.ts'
import { forgeries } from '../support/forgeries/index.ts'

const NOW = 1_800_000_000_000
const seconds = NOW / 1_000
const identity = {
  issuer: 'https://issuer.example',
  audience: 'api',
  clientId: 'web',
  lifetimeSeconds: 900,
}
const claims = {
  userId: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11',
  tenantId: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b12',
  sessionId: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b13',
  roles: ['manager'],
  securityVersion: 1,
}
const payload = {
  iss: identity.issuer,
  aud: identity.audience,
  client_id: identity.clientId,
  sub: claims.userId,
  sid: claims.sessionId,
  tid: claims.tenantId,
  roles: claims.roles,
  sv: claims.securityVersion,
  jti: 'j',
  iat: seconds,
  exp: seconds + 900,
}

async function newKey(
  kid: string,
  alg: 'ES256' | 'EdDSA' = 'ES256',
): Promise<JWK & { kid: string }> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...(await exportJWK(privateKey)), kid }
}

const tokensOf = (...keys: JWK[]) => createAccessTokens({ ...identity, keys: JSON.stringify(keys) })
const decoded = (part: string | undefined) =>
  JSON.parse(atob((part ?? '').replaceAll('-', '+').replaceAll('_', '/')))

describe('access tokens', () => {
  let key: JWK & { kid: string }
  let publicKey: JWK & { kid: string }
  beforeAll(async () => {
    key = await newKey('k1')
    const { d: _, ...visible } = key
    publicKey = visible
  })

  it('say who, where and until when, and nothing personal (RFC 9068)', async () => {
    const token = await tokensOf(key).sign(claims, 'j', NOW)
    const [header, body] = token.split('.')
    expect(decoded(header)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })
    expect(decoded(body)).toEqual(payload)
  })

  it.each(['ES256', 'EdDSA'] as const)('are good for their lifetime under %s', async (alg) => {
    const tokens = tokensOf(await newKey('k', alg))
    const token = await tokens.sign(claims, 'j', NOW)
    expect(await tokens.verify(token, NOW)).toEqual(claims)
    expect(await tokens.verify(token, NOW + 899_999)).toEqual(claims)
  })

  it('end with their lifetime, whether they were seen before or not', async () => {
    const tokens = tokensOf(key)
    const token = await tokens.sign(claims, 'j', NOW)
    expect(await tokens.verify(token, NOW + 900_000)).toBeUndefined()
    expect(await tokens.verify(token, NOW)).toEqual(claims)
    expect(await tokens.verify(token, NOW + 900_000)).toBeUndefined()
    expect(await tokens.verify(token, NOW - 6_000)).toBeUndefined()
  })

  it('stay good while keys rotate, and are signed by the first key', async () => {
    const next = await newKey('k2')
    const before = tokensOf(key)
    const during = tokensOf(next, key)
    const old = await before.sign(claims, 'j', NOW)
    const young = await during.sign(claims, 'j', NOW)
    expect(decoded(young.split('.')[0]).kid).toBe('k2')
    expect(await during.verify(old, NOW)).toEqual(claims)
    expect(await tokensOf(key, next).verify(young, NOW)).toEqual(claims)
    expect(await tokensOf(next).verify(old, NOW)).toBeUndefined()
  })

  it('are verified by public members only', async () => {
    const { keys } = tokensOf(key, await newKey('e', 'EdDSA')).jwks()
    expect(keys).toHaveLength(2)
    expect(keys[0]).toEqual({ ...publicKey, alg: 'ES256', use: 'sig' })
    for (const published of keys) expect(published).not.toHaveProperty('d')
  })

  it('are refused when forged, in more than 530 ways, without a request to anywhere', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch')
    const tokens = tokensOf(key)
    const token = await tokens.sign(claims, 'j', NOW)
    const forged = await forgeries({ token, claims: payload, privateKey: key, publicKey })
    expect(forged.length).toBeGreaterThanOrEqual(530)
    expect(new Set(forged.map(([, text]) => text)).size).toBeGreaterThanOrEqual(530)
    const accepted: string[] = []
    for (const [attack, text] of forged) {
      if ((await tokens.verify(text, NOW)) !== undefined) accepted.push(attack)
    }
    expect(accepted).toEqual([])
    expect(await tokens.verify(token, NOW)).toEqual(claims)
    expect(fetched).not.toHaveBeenCalled()
    fetched.mockRestore()
  })

  const wrong: readonly [string, Record<string, unknown>][] = [
    ['has no exp', { exp: undefined }],
    ['has exp as text (CVE-2026-44459)', { exp: String(seconds + 900) }],
    ['has exp as null', { exp: null }],
    ['has run out', { iat: seconds - 901, exp: seconds - 1 }],
    ['lives too long', { exp: seconds + 901 }],
    ['has no iat', { iat: undefined }],
    ['is from the future', { iat: seconds + 60, exp: seconds + 900 }],
    ['has nbf in the future', { nbf: seconds + 60 }],
    ['has nbf as text', { nbf: String(seconds) }],
    ['is of another issuer', { iss: 'https://other.example' }],
    ['has no issuer', { iss: undefined }],
    ['has a list of issuers', { iss: [identity.issuer] }],
    ['is for another audience', { aud: 'other' }],
    ['is for two audiences', { aud: ['api', 'other'] }],
    ['has no audience', { aud: undefined }],
    ['is of another client', { client_id: 'other' }],
    ['has no client', { client_id: undefined }],
    ['has no subject', { sub: undefined }],
    ['has a subject that is no id', { sub: 'admin' }],
    ['has no jti', { jti: undefined }],
    ['has no session', { sid: undefined }],
    ['has no tenant', { tid: undefined }],
    ['has no security version', { sv: undefined }],
    ['has one role as text', { roles: 'super_admin' }],
  ]
  it.each(wrong)('are refused under the right key when one %s', async (_, change) => {
    const header = { alg: 'ES256', typ: 'at+jwt', kid: 'k1' }
    const token = await signAs(key, header, { ...payload, ...change })
    expect(await tokensOf(key).verify(token, NOW)).toBeUndefined()
  })

  it('are kept by their full text only', async () => {
    const tokens = tokensOf(key)
    const other = tokensOf(key)
    const token = await tokens.sign(claims, 'j', NOW)
    expect(await other.verify(token, NOW)).toEqual(claims)
    const [header, body] = token.split('.')
    expect(await other.verify(`${header}.${body}.AAAA`, NOW)).toBeUndefined()
  })
})

describe('signing keys', () => {
  const refusals: readonly [string, () => Promise<unknown>, string][] = [
    ['is not JSON', async () => undefined, 'is not JSON'],
    ['has no keys', async () => [], ''],
    ['holds a public key', async () => [{ ...(await newKey('a')), d: undefined }], '[0.d]'],
    [
      'holds a key without a kid',
      async () => [{ ...(await newKey('a')), kid: undefined }],
      '[0.kid]',
    ],
    ['holds a kid twice', async () => [await newKey('a'), await newKey('a')], 'twice'],
    ['holds an RSA key', async () => [{ kty: 'RSA', kid: 'a', n: 'x', e: 'AQAB' }], '[0.kty]'],
    ['names another algorithm', async () => [{ ...(await newKey('a')), alg: 'none' }], '[0.alg]'],
  ]
  it.each(refusals)(
    'are refused when the list %s, without showing a key',
    async (_, make, problem) => {
      const list = await make()
      const text = list === undefined ? '[{' : JSON.stringify(list)
      expect(() => parseSigningKeys(text)).toThrow(problem)
      expect(() => parseSigningKeys(text)).toThrow(TypeError)
    },
  )
})
