import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { createIsolate } from '../../../src/app/isolate.ts'
import { type AuthWorld, createAuthWorld, emailOf, send } from './support.ts'
import type { SignedIn } from '../../../src/modules/auth/types.ts'
import { PASSWORD } from '../../support/world.ts'

async function newKey(kid: string) {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid }
}

describe('the keys of access tokens', () => {
  let world: AuthWorld
  let next: Awaited<ReturnType<typeof newKey>>
  beforeAll(async () => {
    world = await createAuthWorld()
    next = await newKey('next')
  })
  const isolateWith = (keys: unknown[]) =>
    createIsolate({ ...env, AUTH_SIGNING_KEYS: JSON.stringify(keys) }, world.clock)
  const me = (isolate: Parameters<typeof send>[0], token: string) =>
    send(isolate, new URL('/api/v1/auth/me', world.origin), 'GET', { token })

  it('are published to everybody, without a tenant and without private members', async () => {
    const answer = await send<JSONWebKeySet>(
      world.isolate,
      new URL('https://nobody.example/.well-known/jwks.json'),
      'GET',
    )
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toContain('max-age=300')
    for (const key of answer.body.keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    }
  })

  it('let others verify a token', async () => {
    const { accessToken } = await world.login('manager')
    const { body } = await world.call<JSONWebKeySet>('GET', '/.well-known/jwks.json')
    const { protectedHeader, payload } = await jwtVerify(
      accessToken,
      async ({ kid }) => importJWK(body.keys.find((key) => key.kid === kid) ?? { kty: 'none' }),
      { currentDate: new Date(world.clock.now()) },
    )
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
    expect(payload).toMatchObject({ iss: 'rustok-edge', aud: 'rustok-edge', tid: world.tenantId })
  })

  it('rotate without refusing anybody', async () => {
    await world.as('customer')
    const old: unknown[] = JSON.parse(env.AUTH_SIGNING_KEYS)
    const stages = [old, [...old, next], [next, ...old]].map(isolateWith)
    const body = { email: emailOf(world, 'customer'), password: PASSWORD }
    const tokens = []
    for (const isolate of stages) {
      const url = new URL('/api/v1/auth/login', world.origin)
      tokens.push((await send<SignedIn>(isolate, url, 'POST', { body })).body.accessToken)
    }
    const [first = '', second = '', third = ''] = tokens
    const [before, during, after] = stages
    if (!before || !during || !after) throw new Error('there are three stages')
    // Two neighbouring stages are in force at the same time while a deployment spreads.
    const meetings = [
      [before, second],
      [during, first],
      [during, third],
      [after, second],
      [after, first],
    ] as const
    for (const [isolate, token] of meetings) expect((await me(isolate, token)).status).toBe(200)
    expect((await me(isolateWith([next]), first)).status).toBe(401)
  })
})
