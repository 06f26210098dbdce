import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { greeting, localOrigin, tryLines } from '../../scripts/start/greeting.ts'
import { aboutRefused } from '../../scripts/start/logins.ts'
import { isWorthShowing } from '../../scripts/start/log-filter.ts'

const secrets = {
  APP_SECRET: 'app-secret',
  AUTH_SIGNING_KEYS: '[]',
  FIRST_ADMIN_EMAIL: 'root@platform.example',
  FIRST_ADMIN_PASSWORD: 'root-password',
  DEMO_PASSWORD: 'demo-password',
}
const demo = { slug: 'demo', users: [{ email: 'admin@demo.example', role: 'admin' }] }
const acme = { slug: 'acme', users: [{ email: 'admin@acme.example', role: 'admin' }] }

describe('the greeting of npm start', () => {
  it('names the addresses and every log-in', () => {
    const text = greeting('http://127.0.0.1:8787', [demo, acme], secrets)
    for (const path of ['/api/v1', '/docs', '/graphql', '/health']) {
      expect(text).toContain(`http://127.0.0.1:8787${path}`)
    }
    expect(text).toMatch(/control +super_admin +root@platform\.example +root-password\n/)
    expect(text).toMatch(/demo +admin +admin@demo\.example +demo-password\n/)
    expect(text).toMatch(/acme +admin +admin@acme\.example +demo-password\n/)
  })

  it('opens the pages for the first tenant, and without one when there is none', () => {
    const lines = (tenants: (typeof demo)[]) =>
      greeting('http://localhost', tenants, secrets).split('\n')
    for (const path of ['/docs', '/graphql']) {
      const ends = (end: string) => (line: string) => line.endsWith(`http://localhost${end}`)
      expect(lines([demo, acme]).some(ends(`${path}?tenant=demo`))).toBe(true)
      expect(lines([]).some(ends(path))).toBe(true)
    }
  })

  it('shows no key that signs or seals', () => {
    expect(greeting('http://127.0.0.1:8787', [demo], secrets)).not.toContain('app-secret')
  })

  it('warns below the log-ins when they do not work', () => {
    const warning = aboutRefused(['root@platform.example', 'admin@demo.example'], 'data')
    const text = greeting('http://127.0.0.1:8787', [demo], secrets, warning)
    expect(text).toMatch(/demo-password\n\nroot@platform\.example and admin@demo\.example cannot/)
    expect(text).toContain('the data in data was made with other passwords')
    expect(text).toContain('Restore the .dev.vars of that data, or start with another --persist-to')
  })

  it('offers nothing to try without a seed', () => {
    const text = greeting('http://127.0.0.1:8787', [], secrets)
    expect(text).not.toContain('curl')
    expect(text).toContain('root@platform.example')
  })
})

interface Heard {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly tenant: string | string[] | undefined
  readonly body: string
}

/** Runs shell lines one after another against a server that writes down what it hears. */
const hear = async (linesFor: (origin: string) => string[]): Promise<Heard[]> => {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const { method, url, headers } = request
      heard.push({ method, url, tenant: headers['x-tenant-id'], body })
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  try {
    for (const line of linesFor(`http://127.0.0.1:${address.port}`)) {
      await promisify(execFile)('sh', ['-c', line])
    }
  } finally {
    server.close()
  }
  return heard
}

it('prints curl lines that a shell sends as they are meant', async () => {
  const heard = await hear((origin) => tryLines(origin, demo, 'pass-"word'))
  const [list, login, graphql] = heard
  expect(heard.map(({ tenant }) => tenant)).toEqual(['demo', 'demo', 'demo'])
  expect(list).toMatchObject({ method: 'GET', url: '/api/v1/blog/posts?limit=3' })
  expect(login).toMatchObject({ method: 'POST', url: '/api/v1/auth/login' })
  expect(JSON.parse(login?.body ?? '')).toEqual({
    email: 'admin@demo.example',
    password: 'pass-"word',
  })
  expect(graphql).toMatchObject({ method: 'POST', url: '/graphql' })
  expect(JSON.parse(graphql?.body ?? '')).toHaveProperty('query')
})

it.each([
  ['127.0.0.1', 'http://127.0.0.1:80'],
  ['0.0.0.0', 'http://127.0.0.1:80'],
  ['::', 'http://127.0.0.1:80'],
  ['::1', 'http://[::1]:80'],
  ['box.example', 'http://box.example:80'],
])('reaches a Worker that listens on %s as %s', (host, origin) => {
  expect(localOrigin(host, 80)).toBe(origin)
})

describe('the logs of npm start', () => {
  it.each([
    '{"level":"info","message":"request","status":200}',
    '[wrangler:error] Error: boom',
    '    at Object.fetch (file:///src/index.ts:10:41)',
    '⎔ Reloading local server...',
  ])('show %s', (line) => expect(isWorthShowing(line)).toBe(true))

  it.each([
    'Your Worker has access to the following bindings:',
    'Binding                  Resource        Mode',
    'env.DB (rustok-edge)     D1 Database     local',
    '\u001b[32menv.APP_SECRET ("(hidden)")\u001b[39m',
    '[wrangler:info] GET /health/ready 200 OK (2ms)',
    '[wrangler:warn] Unable to fetch the `Request.cf` object! Falling back',
    '',
  ])('leave out %j', (line) => expect(isWorthShowing(line)).toBe(false))
})
