import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findFreePort } from '../../scripts/start/port.ts'
import { inRoot } from '../../scripts/support/paths.ts'
import { type Outcome, capture } from '../../scripts/support/process.ts'
import { makeClone } from './support/clone.ts'
import { type RunningWorker, startBundle } from './support/worker.ts'

const SLOW = 180_000

const first = { email: 'first@platform.example', password: 'three blind mice' }

let running: RunningWorker

beforeAll(async () => {
  running = await startBundle({
    secrets: { FIRST_ADMIN_EMAIL: first.email, FIRST_ADMIN_PASSWORD: first.password },
  })
  await running.seed('test')
})

afterAll(() => running.close())

/** Runs a task on the Worker as somebody who is named by the environment. */
const task = (login: { email: string; password: string }, ...args: string[]): Promise<Outcome> =>
  capture([process.execPath, inRoot('scripts', 'task.ts'), '--url', running.origin, ...args], {
    env: { RUSTOK_EMAIL: login.email, RUSTOK_PASSWORD: login.password },
  })

const admin = () => ({ email: 'admin@demo.example', password: running.password })

describe('npm run task', () => {
  it('lists the tasks with what they do', async () => {
    const { code, stdout } = await task(admin())
    expect(code).toBe(0)
    expect(stdout).toMatch(/^blog:import +\S.*$/m)
    expect(stdout).toMatch(/^tenants:create +\S.*$/m)
  })

  it('runs a task with arguments and prints what it answers', async () => {
    const args = ['--tenant', 'control', 'tenants:create', 'slug=shop', 'name=Shop']
    const { code, stdout } = await task(first, ...args, 'modules=["blog"]')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ slug: 'shop', name: 'Shop' })
  })

  it('tells what a task is given', async () => {
    const { code, stdout } = await task(admin(), '--tenant', 'demo', 'help', 'cleanup')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^cleanup: Removes/)
    expect(stdout).toMatch(/^ {2}--targets <string, may be repeated> /m)
  })

  it('runs a task as a job and tells its id', async () => {
    const args = [
      '--tenant',
      'demo',
      '--background',
      'events:redrive',
      '--type',
      'blog.post.created',
    ]
    const { code, stdout } = await task(admin(), ...args)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ task: 'events:redrive', jobId: expect.any(String) })
  })

  it('cleans up the deployment for its operators', async () => {
    const { code, stdout } = await task(
      first,
      '--tenant',
      'control',
      'cleanup',
      '--targets',
      'inbox',
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ swept: [{ target: 'inbox', rows: 0, isDone: true }] })
  })

  it('ends with 1 and the words of the server when it refuses', async () => {
    const missing = await task(first, '--tenant', 'control', 'tenants:create', 'slug=shop2')
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(/^422 .*\/name/) })
    const lesser = await task(admin(), '--tenant', 'demo', 'tenants:create', 'slug=x', 'name=X')
    expect(lesser).toMatchObject({ code: 1, stderr: expect.stringContaining('tenants:create') })
    const stranger = await task({ ...admin(), password: 'wrong' }, '--tenant', 'demo', 'rbac:sync')
    expect(stranger).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('was not signed in'),
    })
  })

  it('ends with 2 and the tasks there are when the name is wrong', async () => {
    const { code, stderr } = await task(admin(), '--tenant', 'demo', 'blog:export')
    expect(code).toBe(2)
    expect(stderr).toContain('There is no task "blog:export"')
    expect(stderr).toMatch(/^blog:import /m)
  })

  it('ends with 1 when nobody, or another program, answers at --url', async () => {
    const ask = (url: string) =>
      capture([process.execPath, inRoot('scripts', 'task.ts'), '--url', url])
    const nobody = 'http://127.0.0.1:1'
    expect(await ask(nobody)).toMatchObject({ code: 1, stderr: `Nothing answers at ${nobody}\n` })
    const stranger = createServer((_, response) => response.end('hello'))
    const port = await findFreePort()
    await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve))
    const { code, stderr } = await ask(`http://127.0.0.1:${port}`)
    stranger.close()
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('is not RusToK Edge'),
    })
  })

  it(
    'runs a Worker for the task where none is running, and ends it',
    async () => {
      const clone = await makeClone()
      try {
        const script = join(clone.path, 'scripts', 'task.ts')
        // What an `npm start` that was killed leaves behind.
        await mkdir(join(clone.path, '.wrangler'))
        const stale = { origin: 'http://127.0.0.1:1', persistTo: 'state' }
        await writeFile(join(clone.path, '.wrangler', 'running.json'), JSON.stringify(stale))
        const { code, stdout, stderr } = await capture([process.execPath, script])
        expect(code === 0 ? '' : stdout + stderr).toBe('')
        expect(stdout).toMatch(/^blog:import /m)
        const { stdout: table } = await capture(['ps', '-eo', 'args'])
        expect(table).not.toContain(clone.path)
      } finally {
        await clone.remove()
      }
    },
    SLOW,
  )
})
