import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { exportLog, verifyLog } from '../../scripts/tasks/audit.ts'
import type { Answer } from '../../scripts/task/api.ts'
import type { Session } from '../../scripts/task/session.ts'

const { signal } = new AbortController()

/** A server that gives these answers in turn, with what it was asked. */
function serverWith(...answers: readonly unknown[]) {
  const asked: unknown[] = []
  const left = [...answers]
  const post = async (path: string, body: unknown): Promise<Answer> => {
    asked.push([path, body])
    const next = left.shift()
    return typeof next === 'string'
      ? { ok: false, status: 409, problem: next }
      : { ok: true, status: 200, body: next }
  }
  const session: Session = { get: () => Promise.reject(new Error('nothing is read')), post }
  return { session, asked }
}

const said: string[] = []

afterEach(() => {
  vi.restoreAllMocks()
  said.length = 0
})

function listen(): void {
  vi.spyOn(console, 'log').mockImplementation((line) => void said.push(String(line)))
}

describe('npm run task -- audit:export', () => {
  const pages = [
    { items: [{ id: 'a' }, { id: 'b' }], nextCursor: 'next' },
    { items: [{ id: 'c' }], nextCursor: null },
  ]

  it('prints every entry of every page as a line of JSON', async () => {
    const { session, asked } = serverWith(...pages)
    listen()
    expect(await exportLog(session, ['--since', '2026-01-01T00:00:00Z'], signal)).toBe(0)
    expect(said).toEqual(['{"id":"a"}', '{"id":"b"}', '{"id":"c"}'])
    const path = '/api/v1/audit/tasks/export'
    expect(asked).toEqual([
      [path, { since: '2026-01-01T00:00:00Z' }],
      [path, { since: '2026-01-01T00:00:00Z', cursor: 'next' }],
    ])
  })

  it('writes a new file that is for its owner alone, and never over another one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'audit-'))
    try {
      const file = join(folder, 'log.ndjson')
      await exportLog(serverWith(...pages).session, ['--file', file], signal)
      expect(await readFile(file, 'utf8')).toBe('{"id":"a"}\n{"id":"b"}\n{"id":"c"}\n')
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      const again = exportLog(serverWith(...pages).session, ['--file', file], signal)
      await expect(again).rejects.toThrow('The export cannot be written')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('npm run task -- audit:verify', () => {
  const part = { tenantId: 't', entries: 5, isComplete: true, receipt: '10.b' }

  it('goes on from run to run until the end, and tells the last receipt', async () => {
    const first = { ...part, receipt: '5.a', isComplete: false }
    const { session, asked } = serverWith(first, part)
    listen()
    expect(await verifyLog(session, [], signal)).toBe(0)
    expect(JSON.parse(said.join(''))).toEqual({ ...part, entries: 10 })
    expect(asked.map((call) => JSON.stringify(call))).toEqual([
      '["/api/v1/audit/tasks/verify",{}]',
      '["/api/v1/audit/tasks/verify",{"receipt":"5.a"}]',
    ])
  })

  it('fails with the first fault, so that its exit code is 1', async () => {
    const fault =
      '409 The audit log is not what the platform has written: The first fault is entry 5'
    await expect(verifyLog(serverWith(fault).session, [], signal)).rejects.toThrow(fault)
  })
})
