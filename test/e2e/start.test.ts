import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Outcome, capture } from '../../scripts/support/process.ts'
import { findFreePort } from '../../scripts/start/port.ts'
import { type Clone, makeClone } from './support/clone.ts'
import { whileStarted } from './support/npm-start.ts'

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
        firstPosts = await listPosts()
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
      await whileStarted(clone.path, [...flags, '--no-seed'], async (output) => {
        expect(await listPosts()).toBe(firstPosts)
        expect(adminOf(output)).toBe(adminOf(firstOutput))
        expect(output).not.toContain('Adding local secrets')
        const third = await startDirectly(...flags)
        expect(third).toMatchObject({ code: 1, stderr: expect.stringContaining('is in use') })
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
