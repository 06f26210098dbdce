import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { newSigningKeys } from '../../scripts/support/secrets.ts'
import { rotateKeys } from '../../scripts/tasks/keys-rotate.ts'

const kidsIn = (text: string | undefined): string[] =>
  z
    .array(z.object({ kid: z.string() }))
    .parse(JSON.parse(text ?? ''))
    .map(({ kid }) => kid)

describe('npm run task -- keys:rotate', () => {
  it('puts a new key in front of the newest of this machine, and touches nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keys-'))
    try {
      const path = join(folder, '.dev.vars')
      const first = await newSigningKeys()
      await writeFile(path, `APP_SECRET='s'\nAUTH_SIGNING_KEYS='${first}'\nDEMO_PASSWORD='d'\n`)
      vi.spyOn(console, 'log').mockImplementation(() => undefined)
      await rotateKeys(undefined, {}, path)
      const second = parseEnv(await readFile(path, 'utf8'))
      expect(second).toMatchObject({ APP_SECRET: 's', DEMO_PASSWORD: 'd' })
      expect(kidsIn(second['AUTH_SIGNING_KEYS'])).toEqual([expect.any(String), ...kidsIn(first)])
      await rotateKeys(undefined, {}, path)
      const third = parseEnv(await readFile(path, 'utf8'))['AUTH_SIGNING_KEYS']
      expect(kidsIn(third)).toEqual([expect.any(String), kidsIn(second['AUTH_SIGNING_KEYS'])[0]])
      expect((await stat(path)).mode & 0o777).toBe(0o600)
    } finally {
      vi.restoreAllMocks()
      await rm(folder, { recursive: true })
    }
  })

  it('prints what a deployment is given, in an order in which every isolate knows each key', async () => {
    const said: string[] = []
    vi.spyOn(console, 'log').mockImplementation((text) => void said.push(String(text)))
    const current = await newSigningKeys()
    await rotateKeys('https://api.example.com', { AUTH_SIGNING_KEYS: current })
    vi.restoreAllMocks()
    const sets = said
      .join('\n')
      .split('\n')
      .filter((line) => line.startsWith('['))
      .map(kidsIn)
    const [old = ''] = kidsIn(current)
    const fresh = sets[2]?.[0] ?? ''
    expect(sets).toEqual([[old, fresh], [fresh, old], [fresh]])
  })
})
