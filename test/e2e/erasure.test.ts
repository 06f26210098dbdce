import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { findFreePort } from '../../scripts/start/port.ts'
import { type Outcome, capture } from '../../scripts/support/process.ts'
import { type Clone, makeClone } from './support/clone.ts'
import { type Started, npmStart } from './support/npm-start.ts'
import { until } from './support/until.ts'
import { callJson } from './support/worker.ts'

const SLOW = 300_000

/** What only the tenant that is erased has, and what only another has. */
const CANARY = 'canary-7f3a9c'
const KEPT = 'sparrow-41d8e2'

/** Characters of a payload that no row holds. */
const LARGE = 70_000

const PASSWORD = 'three blind mice run'

let clone: Clone
let state: string
let flags: readonly string[]
let origin: string
let operator: { readonly email: string; readonly password: string }

beforeAll(async () => {
  clone = await makeClone()
  state = join(clone.path, 'state')
  await allowNowhere(join(clone.path, 'wrangler.toml'))
  const port = await findFreePort()
  flags = ['--port', String(port), '--persist-to', state]
  origin = `http://127.0.0.1:${port}`
})

afterAll(() => clone.remove())

/** Lets webhooks go to the discard port of loopback, where nobody listens. */
async function allowNowhere(path: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  await writeFile(
    path,
    text.replace('[vars]\n', '[vars]\nWEBHOOKS_ALLOWED_HOSTS = "127.0.0.1:9"\n'),
  )
}

const idSchema = z.object({ id: z.string() })
const tokenSchema = z.object({ accessToken: z.string() })

/** Sends a request to a tenant and answers the body. Throws when it is refused. */
async function call(
  tenant: string,
  method: string,
  path: string,
  options: {
    body?: unknown
    token?: string
    headers?: Readonly<Record<string, string>>
  } = {},
): Promise<unknown> {
  const { body, token, headers } = options
  const answer = await callJson(`${origin}/api/v1${path}`, {
    method,
    body,
    headers: {
      'x-tenant-id': tenant,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
  })
  if (answer.status < 300) return answer.body
  throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
}

async function logIn(tenant: string, email: string, password: string): Promise<string> {
  const body = { email, password }
  return tokenSchema.parse(await call(tenant, 'POST', '/auth/login', { body })).accessToken
}

/** Makes a tenant in which every kind of storage holds the word; answers its id. */
async function makeTenant(word: string): Promise<string> {
  const token = await logIn('control', operator.email, operator.password)
  const { id } = idSchema.parse(
    await call('control', 'POST', '/tenants', { token, body: { slug: word, name: word } }),
  )
  const email = `${word}@people.example`
  await call('control', 'POST', `/tenants/${id}/administrators`, {
    token,
    headers: { 'idempotency-key': word },
    body: { email, name: word, password: PASSWORD },
  })
  const admin = await logIn(word, email, PASSWORD)
  const as = (body: unknown) => ({ token: admin, body })
  const post = { title: word, body: `${word} `.repeat(500), tags: [word], publish: true }
  await call(word, 'POST', '/blog/posts', as(post))
  const hook = { url: `http://127.0.0.1:9/${word}`, description: word, events: ['blog.*'] }
  await call(word, 'POST', '/webhooks/endpoints', as(hook))
  await call(word, 'POST', '/blog/posts', as({ ...post, title: `${word} 2` }))
  await call(word, 'POST', '/tenant/domains', as({ host: `${word}.example` }))
  await call(word, 'POST', '/auth/password/forgotten', { body: { email } })
  await sendLarge(word, admin)
  await call(word, 'GET', '/blog/posts')
  return id
}

/** Sends a webhook in whose event is kept as an object. */
async function sendLarge(word: string, token: string): Promise<void> {
  const { secret } = z
    .object({ secret: z.string() })
    .parse(await call(word, 'POST', '/webhooks/sources', { token, body: { slug: 'in' } }))
  const body = { type: 'large', text: word.repeat(LARGE / word.length) }
  const at = new Date()
  await call(word, 'POST', '/webhooks/in/in', {
    body,
    headers: {
      'webhook-id': word,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(word, at, JSON.stringify(body)),
    },
  })
}

/** How often a word stands in the files of the state, by kind of storage. */
async function hitsOf(word: string): Promise<Record<string, number>> {
  const hits: Record<string, number> = {}
  for (const entry of await readdir(state, { recursive: true, withFileTypes: true })) {
    // The local runtime's log of requests is no storage of the platform.
    if (!entry.isFile() || entry.parentPath.includes('observability')) continue
    const path = join(entry.parentPath, entry.name)
    const found = (await readFile(path, 'latin1')).split(word).length - 1
    const kind = `${path.slice(path.indexOf('/v3/') + 4).split('/')[0]}${/\.sqlite[-a-z]*$/.exec(path)?.[0] ?? ''}`
    if (found > 0) hits[kind] = (hits[kind] ?? 0) + found
  }
  return hits
}

const run = (script: string, ...args: string[]): Promise<Outcome> =>
  capture([process.execPath, join(clone.path, 'scripts', script), ...args], {
    env: { RUSTOK_EMAIL: operator.email, RUSTOK_PASSWORD: operator.password },
  })

/** Makes both tenants, erases one of them and stops the server. */
async function liveAndErase({ output, stop }: Started): Promise<void> {
  try {
    const [, email = '', password = ''] = /super_admin +(\S+) +(\S+)/.exec(output) ?? []
    operator = { email, password }
    await makeTenant(KEPT)
    const id = await makeTenant(CANARY)
    await until('both tenants lie in every kind of storage', async () => {
      const hits = await Promise.all([hitsOf(CANARY), hitsOf(KEPT)])
      return hits.every((kinds) => (kinds['r2'] ?? 0) > LARGE / 100 && (kinds['kv'] ?? 0) > 0)
    })
    const token = await logIn('control', email, password)
    await call('control', 'DELETE', `/tenants/${id}`, { token, headers: { 'if-match': '*' } })
    const task = ['--url', origin, '--tenant', 'control', 'tenants:erase', '--target', CANARY]
    expect(await run('task.ts', ...task)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^409 /),
    })
    const { code, stdout } = await run('task.ts', ...task, '--now')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      erased: [{ tenantId: id, rows: expect.any(Number), isDone: true }],
    })
  } finally {
    await stop()
  }
}

it(
  'T10: nothing on the disk tells of an erased tenant once its databases are compacted',
  async () => {
    await liveAndErase(await npmStart(clone.path, flags))
    const { r2, kv } = await hitsOf(CANARY)
    expect({ r2, kv }).toEqual({ r2: undefined, kv: undefined })
    const kept = await hitsOf(KEPT)
    expect(await run('compact.ts', ...flags)).toMatchObject({ code: 0 })
    expect(await hitsOf(CANARY)).toEqual({})
    expect(Object.keys(await hitsOf(KEPT))).toEqual(expect.arrayContaining(['d1.sqlite', 'r2']))
    expect(kept['r2']).toBe((await hitsOf(KEPT))['r2'])
    const { stop } = await npmStart(clone.path, [...flags, '--no-seed'])
    try {
      expect(await call(KEPT, 'GET', '/blog/posts')).toMatchObject({ items: [{}, {}] })
      await expect(call(CANARY, 'GET', '/blog/posts')).rejects.toThrow('answered 404')
    } finally {
      await stop()
    }
  },
  SLOW,
)
