import { beforeEach, describe, expect, it } from 'vitest'
import type { SignedInAnswer } from '../../../../src/modules/auth/sessions/types.ts'
import { PASSWORD } from '../../../support/world.ts'
import { type Answer, type AuthWorld, createAuthWorld, emailOf } from '../support.ts'

const AUTH = '/api/v1/auth'
const POSTS = '/api/v1/blog/posts'

let world: AuthWorld
let email: string
beforeEach(async () => {
  world = await createAuthWorld()
  await world.as('manager')
  email = emailOf(world, 'manager')
  world.wrapHasher({ verify: async (password) => password === PASSWORD })
})

/** A page in a browser: it keeps cookies and tells where it is from. */
function openPage(origin = world.origin) {
  const jar = new Map<string, string>()
  const call = async <Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await world.call<Body>(method, path, {
      ...(body === undefined ? {} : { body }),
      headers: { ...(origin === '' ? {} : { origin }), ...(cookie && { cookie }), ...headers },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = '', rest = ''] = /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? []
      if (rest.includes('Max-Age=0')) jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }
  return { jar, call }
}

async function signedInPage() {
  const page = openPage()
  const body = { email, password: PASSWORD, cookies: true }
  const answer = await page.call<SignedInAnswer>('POST', `${AUTH}/login`, body)
  expect(answer.status).toBe(200)
  return { ...page, answer }
}

/** The same cookies at a page of elsewhere. */
function elsewhere(page: { readonly jar: ReadonlyMap<string, string> }, origin: string) {
  const other = openPage(origin)
  for (const [name, value] of page.jar) other.jar.set(name, value)
  return other
}

describe('a log-in by cookies', () => {
  it('R15: sets cookies that no script reads and no other host plants, and tells no token', async () => {
    const { answer } = await signedInPage()
    expect(answer.body).toEqual({
      status: 'signed_in',
      expiresIn: 900,
      user: expect.objectContaining({ email }),
    })
    const lines = answer.headers.getSetCookie()
    expect(lines.map((line) => line.replace(/=[^;]+/, '='))).toEqual([
      '__Host-access=; Path=/; Max-Age=900; Secure; HttpOnly; SameSite=Strict',
      '__Host-refresh=; Path=/; Max-Age=1209600; Secure; HttpOnly; SameSite=Strict',
    ])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    for (const line of lines) expect(answer.text).not.toContain(/=([^;]+)/.exec(line)?.[1])
  })

  it('knows the caller by the cookie, privately', async () => {
    const { call } = await signedInPage()
    const me = await call('GET', `${AUTH}/me`)
    expect(me).toMatchObject({ status: 200, body: { email }, trips: 1 })
    expect(me.headers.get('cache-control')).toBe('private, no-cache')
    expect(me.headers.get('vary')).toMatch(/\bCookie\b/)
  })

  it('refreshes by the cookie and spends it', async () => {
    const page = await signedInPage()
    const before = page.jar.get('__Host-refresh')
    const answer = await page.call('POST', `${AUTH}/refresh`, { cookies: true })
    expect(answer.status).toBe(200)
    expect(answer.body).not.toHaveProperty('refreshToken')
    expect(page.jar.get('__Host-refresh')).not.toBe(before)
    expect((await page.call('GET', `${AUTH}/me`)).status).toBe(200)
  })

  it('takes the cookies back at the log-out, and at a refresh that is refused', async () => {
    const page = await signedInPage()
    const other = elsewhere(page, world.origin)
    expect((await page.call('POST', `${AUTH}/logout`)).status).toBe(204)
    expect([...page.jar]).toEqual([])
    expect((await other.call('POST', `${AUTH}/refresh`, { cookies: true })).status).toBe(401)
    expect([...other.jar]).toEqual([])
  })

  it('does all of it over GraphQL too', async () => {
    const page = openPage()
    const ask = (query: string) => page.call('POST', '/graphql', { query })
    const login = await ask(
      `mutation { login(email: "${email}", password: "${PASSWORD}", cookies: true) { accessToken user { email } } }`,
    )
    expect(login.body).toEqual({ data: { login: { accessToken: null, user: { email } } } })
    expect([...page.jar.keys()]).toEqual(['__Host-access', '__Host-refresh'])
    expect((await ask('{ me { email } }')).body).toEqual({ data: { me: { email } } })
    const refreshed = await ask('mutation { refresh(cookies: true) { expiresIn } }')
    expect(refreshed.body).toEqual({ data: { refresh: { expiresIn: 900 } } })
    expect((await ask('mutation { logout }')).body).toEqual({ data: { logout: true } })
    expect([...page.jar]).toEqual([])
  })
})

describe('R13: a page of elsewhere with the cookies of this host', () => {
  const unsafe: readonly (readonly [string, string, unknown])[] = [
    ['POST', `${AUTH}/logout`, undefined],
    ['POST', `${AUTH}/sessions/end`, { which: 'all' }],
    ['POST', `${AUTH}/refresh`, { cookies: true }],
    ['POST', '/graphql', { query: 'mutation { logout }' }],
    ['POST', '/graphql', { query: '{ me { email } }' }],
    ['PUT', `${AUTH}/users/01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11/roles`, { roles: ['admin'] }],
  ]
  const code = 'auth.origin_refused'
  const refused = { status: 403, body: { code } }
  const refusedByGraphql = { body: { errors: [{ extensions: { code: 'AUTH_ORIGIN_REFUSED' } }] } }

  it.each(['https://evil.example', 'null', '', 'http://localhost'])(
    'of the origin “%s” changes nothing and reads nothing by GraphQL',
    async (origin) => {
      const page = await signedInPage()
      const evil = elsewhere(page, origin)
      for (const [method, path, body] of unsafe) {
        const answer = await evil.call(method, path, body)
        expect(answer, `${method} ${path}`).toMatchObject(refused)
        expect(answer.headers.getSetCookie()).toEqual([])
      }
      expect((await page.call('GET', `${AUTH}/me`)).status).toBe(200)
    },
  )

  it('is refused when the browser says that the request is of another site', async () => {
    const page = await signedInPage()
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect(await page.call('POST', `${AUTH}/logout`, undefined, headers)).toMatchObject(refused)
    for (const site of ['same-origin', 'same-site', 'none'])
      expect(
        (await page.call('POST', `${AUTH}/refresh`, { cookies: true }, { 'sec-fetch-site': site }))
          .status,
      ).toBe(200)
  })

  it('cannot have the visitor logged in as somebody else', async () => {
    for (const origin of ['https://evil.example', '']) {
      const evil = openPage(origin)
      const body = { email, password: PASSWORD, cookies: true }
      world.hashes.count = 0
      expect(await evil.call('POST', `${AUTH}/login`, body)).toMatchObject(refused)
      expect(world.hashes.count).toBe(0)
      const query = `mutation { login(email: "${email}", password: "${PASSWORD}", cookies: true) { expiresIn } }`
      expect(await evil.call('POST', '/graphql', { query })).toMatchObject(refusedByGraphql)
      expect([...evil.jar]).toEqual([])
    }
  })

  it('cannot read an answer', async () => {
    const page = await signedInPage()
    const answer = await elsewhere(page, 'https://evil.example').call('GET', `${AUTH}/me`)
    expect(answer.headers.has('access-control-allow-origin')).toBe(false)
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false)
  })

  it('is let in when its origin is on the tenant’s list, of another site too', async () => {
    const admin = await world.as('admin')
    const origin = 'https://shop.example'
    await admin.json('PUT', '/api/v1/tenant/origins', { body: { origins: [origin] } })
    const shop = openPage(origin)
    const headers = { 'sec-fetch-site': 'cross-site' }
    const body = { email, password: PASSWORD, cookies: true }
    const login = await shop.call('POST', `${AUTH}/login`, body, headers)
    expect(login.status).toBe(200)
    expect(login.headers.get('access-control-allow-origin')).toBe(origin)
    expect(login.headers.get('access-control-allow-credentials')).toBe('true')
    expect((await shop.call('POST', `${AUTH}/logout`, undefined, headers)).status).toBe(204)
  })
})

describe('cookies and bearer tokens', () => {
  it('a bearer token counts alone, and needs no origin', async () => {
    const page = await signedInPage()
    const { accessToken } = await world.login('customer')
    const cookie = [...page.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const me = await world.call('GET', `${AUTH}/me`, { token: accessToken, headers: { cookie } })
    expect(me.body).toMatchObject({ email: emailOf(world, 'customer') })
    const out = await world.call('POST', `${AUTH}/logout`, {
      token: accessToken,
      headers: { cookie },
    })
    expect(out.status).toBe(204)
    expect(out.headers.getSetCookie()).toEqual([])
    expect((await page.call('GET', `${AUTH}/me`)).status).toBe(200)
  })

  it('a token in a cookie of any other name is none', async () => {
    const { accessToken } = await world.login('customer')
    for (const name of ['access', 'access_token', '__Secure-access', '__host-access'])
      expect(
        (await world.call('GET', `${AUTH}/me`, { headers: { cookie: `${name}=${accessToken}` } }))
          .status,
      ).toBe(401)
  })

  it('a cookie given twice is read as none', async () => {
    const { accessToken } = await world.login('customer')
    const one = `__Host-access=${accessToken}`
    const statusOf = async (cookie: string) =>
      (await world.call('GET', `${AUTH}/me`, { headers: { cookie } })).status
    expect([await statusOf(one), await statusOf(`${one}; __Host-access=x`)]).toEqual([200, 401])
  })

  it.each(['rubbish', 'a.b.c', ''])(
    'a bad cookie (%j) is refused like a bad token and taken back, but not where nobody cares',
    async (value) => {
      const page = openPage()
      page.jar.set('__Host-access', value)
      const posts = await page.call('GET', POSTS)
      expect(posts.status).toBe(401)
      expect(posts.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect([...page.jar]).toEqual([])
      page.jar.set('__Host-access', value)
      const body = { email, password: PASSWORD }
      expect((await page.call('POST', `${AUTH}/login`, body)).status).toBe(200)
    },
  )

  it('a cookie of a session that has ended is refused once and taken back', async () => {
    const page = await signedInPage()
    const other = elsewhere(page, world.origin)
    await page.call('POST', `${AUTH}/sessions/end`, { which: 'all' })
    expect((await other.call('GET', `${AUTH}/me`)).status).toBe(401)
    expect(other.jar.has('__Host-access')).toBe(false)
    const login = await other.call('POST', '/graphql', {
      query: `mutation { login(email: "${email}", password: "${PASSWORD}", cookies: true) { expiresIn } }`,
    })
    expect(login.body).toEqual({ data: { login: { expiresIn: 900 } } })
  })

  it('ends with its time', async () => {
    const page = await signedInPage()
    world.clock.advance(900_000)
    expect((await page.call('GET', `${AUTH}/me`)).status).toBe(401)
    expect((await page.call('POST', `${AUTH}/refresh`, { cookies: true })).status).toBe(200)
    expect((await page.call('GET', `${AUTH}/me`)).status).toBe(200)
  })

  it('is worth nothing at another tenant', async () => {
    const page = await signedInPage()
    const other = await createAuthWorld()
    const cookie = `__Host-access=${page.jar.get('__Host-access')}`
    expect((await other.call('GET', `${AUTH}/me`, { headers: { cookie } })).status).toBe(404)
  })

  it.each([
    [{}, '/refreshToken'],
    [{ cookies: false }, '/refreshToken'],
    [{ cookies: true, refreshToken: 'x' }, '/refreshToken'],
    [{ cookies: 'yes' }, '/cookies'],
  ])('a refresh with %j is told what is wrong', async (body, pointer) => {
    const answer = await openPage().call('POST', `${AUTH}/refresh`, body)
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
  })
})

describe('a public answer', () => {
  it('is neither made of a cookie’s answer nor given to a cookie', async () => {
    const page = await signedInPage()
    const admin = await world.as('admin')
    await admin.json('POST', POSTS, { body: { title: 'A draft', body: 'x' } })
    const anonymous = await world.call('GET', POSTS)
    expect(anonymous.headers.get('cache-control')).toBe('public, max-age=10')
    expect(anonymous.headers.get('vary')).toMatch(/\bCookie\b/)
    const mine = await page.call<{ items: unknown[] }>('GET', POSTS)
    expect(mine.body.items.length).toBe(1)
    expect(mine.headers.get('cache-control')).toBe('private, no-cache')
    const again = await world.call<{ items: unknown[] }>('GET', POSTS)
    expect(again.headers.get('cache-control')).toBe('public, max-age=10')
    expect(again.body.items).toEqual([])
  })
})
