import { access, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type Outcome, capture } from '../../scripts/support/process.ts'
import { findFreePort } from '../../scripts/start/port.ts'
import { type Clone, makeClone } from './support/clone.ts'
import { whileStarted } from './support/npm-start.ts'
import { callJson } from './support/worker.ts'

const SLOW = 180_000

let clone: Clone
let flags: readonly string[]
let origin = ''

beforeAll(async () => {
  clone = await makeClone()
  const port = await findFreePort()
  flags = ['--port', String(port), '--persist-to', join(clone.path, 'state')]
  origin = `http://127.0.0.1:${port}`
})

afterAll(() => clone.remove())

const listPosts = async (): Promise<string> => {
  const headers = { 'X-Tenant-ID': 'demo' }
  return (await fetch(`${origin}/api/v1/blog/posts`, { headers })).text()
}

/** Deletes a post and gives another slug to a second, as the demo's administrator. */
const editDemo = async (output: string): Promise<void> => {
  const [, email = '', password = ''] = /demo +admin +(\S+) +(\S+)/.exec(output) ?? []
  const tenant = { 'x-tenant-id': 'demo' }
  const login = await callJson(`${origin}/api/v1/auth/login`, {
    method: 'POST',
    headers: tenant,
    body: { email, password },
  })
  const { accessToken } = z.object({ accessToken: z.string() }).parse(login.body)
  const headers = { ...tenant, authorization: `Bearer ${accessToken}` }
  const posts = z.object({ items: z.array(z.object({ id: z.string() })) })
  const [first, second] = posts.parse(JSON.parse(await listPosts())).items
  const path = `${origin}/api/v1/blog/posts`
  const ifMatch = { ...headers, 'if-match': '*' }
  await callJson(`${path}/${first?.id}/unpublish`, { method: 'POST', headers: ifMatch })
  const deleted = await callJson(`${path}/${first?.id}`, { method: 'DELETE', headers: ifMatch })
  expect(deleted.status).toBe(204)
  const renamed = await callJson(`${path}/${second?.id}`, {
    method: 'PATCH',
    headers: ifMatch,
    body: { slug: 'another-slug' },
  })
  expect(renamed.status).toBe(200)
}

const isThere = (...path: string[]): Promise<boolean> =>
  access(join(clone.path, ...path)).then(
    () => true,
    () => false,
  )

const processesOf = async (folder: string): Promise<string[]> => {
  const { stdout } = await capture(['ps', '-eo', 'args'])
  return stdout.split('\n').filter((line) => line.includes(folder))
}

/** The script without npm, which keeps its exit code and its words. */
const startDirectly = (...args: string[]): Promise<Outcome> =>
  capture([process.execPath, join(clone.path, 'scripts', 'start.ts'), ...args])

const adminOf = (output: string): string | undefined => /super_admin +(\S+ +\S+)/.exec(output)?.[1]

let firstOutput = ''
let firstPosts = ''

// Each test goes on from where the one before left the clone.
describe('npm start', () => {
  it(
    'prints three curl lines that work, and Ctrl-C leaves no process behind',
    async () => {
      const answers = await whileStarted(clone.path, flags, async (output) => {
        firstOutput = output
        expect(output).not.toContain('cannot log in')
        await editDemo(output)
        firstPosts = await listPosts()
        expect(firstPosts).toContain('"another-slug"')
        const lines = output.match(/^ {2}curl .*$/gm) ?? []
        return Promise.all(
          lines.map((line) => capture(['sh', '-c', line.replace('curl', 'curl --fail')])),
        )
      })
      expect(answers.map(({ code }) => code)).toEqual([0, 0, 0])
      expect(answers.map(({ stdout }) => stdout).join()).not.toContain('"errors"')
      await expect(fetch(origin)).rejects.toThrow('fetch failed')
      expect(await processesOf(clone.path)).toEqual([])
    },
    SLOW,
  )

  it(
    'keeps the data and the passwords on the second start, and refuses a third on its port',
    async () => {
      await whileStarted(clone.path, flags, async (output) => {
        expect(await listPosts()).toBe(firstPosts)
        expect(adminOf(output)).toBe(adminOf(firstOutput))
        expect(output).not.toContain('Adding local secrets')
        const third = await startDirectly(...flags)
        expect(third).toMatchObject({ code: 1, stderr: expect.stringContaining('is in use') })
      })
    },
    SLOW,
  )

  it(
    'is found by npm run task on its port, and forgotten when it ends',
    async () => {
      const script = join(clone.path, 'scripts', 'task.ts')
      await whileStarted(clone.path, [...flags, '--no-seed'], async () => {
        const { code, stdout, stderr } = await capture([process.execPath, script])
        expect(code === 0 ? '' : stderr).toBe('')
        expect(stdout).toMatch(/^blog:import /m)
        expect(stdout).not.toContain('a Worker runs for this task')
      })
      expect(await isThere('.wrangler', 'running.json')).toBe(false)
    },
    SLOW,
  )

  it(
    'says that the printed log-ins do not work when the data was made with other passwords',
    async () => {
      const vars = join(clone.path, '.dev.vars')
      await rename(vars, `${vars}.old`)
      await whileStarted(clone.path, flags, async (output) => {
        expect(output).toContain('admin@platform.example and admin@demo.example cannot log in')
        expect(output).toContain('Restore the .dev.vars of that data')
      })
    },
    SLOW,
  )

  it('ends with exit code 2 and the help on a bad flag', async () => {
    const { code, stderr } = await startDirectly('--port', 'http')
    expect(code).toBe(2)
    expect(stderr).toContain('--port must be a number')
    expect(stderr).toContain('Usage: npm start')
  })
})
