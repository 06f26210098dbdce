import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { type ClientRequest, request } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { findFreePort } from '../../scripts/start/port.ts'
import { capture } from '../../scripts/support/process.ts'
import { type Clone, makeClone } from './support/clone.ts'
import { type Started, npmStart } from './support/npm-start.ts'
import { until } from './support/until.ts'
import { callJson } from './support/worker.ts'

const SLOW = 300_000
const MIB = 1_048_576

let clone: Clone
let state: string
let flags: readonly string[]
let origin: string

beforeAll(async () => {
  clone = await makeClone()
  state = join(clone.path, 'state')
  const port = await findFreePort()
  flags = ['--port', String(port), '--persist-to', state]
  origin = `http://127.0.0.1:${port}`
})

afterAll(() => clone.remove())

/** The rows of a statement over each database of the local platform that has the table. */
async function rowsOf(folder: string, table: string, sql: string): Promise<unknown[]> {
  const entries = await readdir(join(state, 'v3', folder), { recursive: true })
  return entries
    .filter((name) => name.endsWith('.sqlite'))
    .flatMap((name) => {
      const database = new DatabaseSync(join(state, 'v3', folder, name))
      try {
        const known = database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(table)
        return known === undefined ? [] : database.prepare(sql).all()
      } finally {
        database.close()
      }
    })
}

/** Keys of the bucket, but for the mailbox. */
const objects = () =>
  rowsOf(
    'r2',
    '_mf_objects',
    "SELECT key FROM _mf_objects WHERE key NOT GLOB '_dev/*' ORDER BY key",
  )
const books = () => rowsOf('d1', 'media_objects', 'SELECT id, state FROM media_objects ORDER BY id')

/** Sends the beginning of a file and no more. */
async function beginUpload(token: string): Promise<ClientRequest> {
  const upload = request(`${origin}/api/v1/media/uploads`, {
    method: 'POST',
    headers: {
      'x-tenant-id': 'demo',
      authorization: `Bearer ${token}`,
      'content-type': 'application/pdf',
      'content-length': 12 * MIB,
    },
  })
  upload.on('error', () => undefined)
  upload.write(Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(7 * MIB)]))
  await once(upload, 'socket')
  return upload
}

/** The log-in that `npm start` prints for a tenant and a role. */
function loginOf({ output }: Started, tenant: string, role: string) {
  const row = new RegExp(`${tenant} +${role} +(\\S+) +(\\S+)`).exec(output)
  const [, email = '', password = ''] = row ?? []
  return { email, password }
}

async function signIn(server: Started): Promise<string> {
  const headers = { 'x-tenant-id': 'demo' }
  const body = loginOf(server, 'demo', 'admin')
  const answer = await callJson(`${origin}/api/v1/auth/login`, { method: 'POST', headers, body })
  return z.object({ accessToken: z.string() }).parse(answer.body).accessToken
}

/** Begins an upload and cuts the power as soon as the books have it; answers what was there before. */
async function dieWhileUploading(): Promise<{ objects: unknown[]; books: unknown[] }> {
  const server = await npmStart(clone.path, flags)
  const before = { objects: await objects(), books: await books() }
  const upload = await beginUpload(await signIn(server))
  await until('the books have the upload', async () => (await books()).length > before.books.length)
  await server.kill()
  upload.destroy()
  return before
}

it(
  'D7: a server that is killed in the middle of an upload leaves nothing once the sweep has been',
  async () => {
    const before = await dieWhileUploading()
    // The sweep takes what is a day old.
    await rowsOf(
      'd1',
      'media_objects',
      `UPDATE media_objects SET since = 0 WHERE state = 'uploading'`,
    )
    const server = await npmStart(clone.path, flags)
    try {
      const token = await signIn(server)
      const headers = { 'x-tenant-id': 'demo', authorization: `Bearer ${token}` }
      const list = await callJson(`${origin}/api/v1/media/assets`, { headers })
      expect(list.body).toMatchObject({ items: [] })
      const { email, password } = loginOf(server, 'control', 'super_admin')
      const task = ['--url', origin, '--tenant', 'control', 'cleanup']
      const outcome = await capture(
        [process.execPath, join(clone.path, 'scripts', 'task.ts'), ...task],
        { env: { RUSTOK_EMAIL: email, RUSTOK_PASSWORD: password } },
      )
      expect(outcome).toMatchObject({ code: 0 })
      expect(await books()).toEqual(before.books)
      expect(await objects()).toEqual(before.objects)
      const usage = await callJson(`${origin}/api/v1/media/usage`, { headers })
      expect(usage.body).toMatchObject({ bytes: 0 })
    } finally {
      await server.stop()
    }
  },
  SLOW,
)
