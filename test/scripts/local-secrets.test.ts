import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { SignJWT, importJWK, jwtVerify } from 'jose'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ensureLocalSecrets, localSecretNames } from '../../scripts/start/local-secrets.ts'

let folder = ''
let path = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'))
  path = join(folder, '.dev.vars')
})

afterEach(() => rm(folder, { recursive: true }))

const readVars = async () => parseEnv(await readFile(path, 'utf8'))

it('makes every secret on the first start, readable by the owner only', async () => {
  const { secrets, created } = await ensureLocalSecrets(path)
  expect(created).toEqual([...localSecretNames])
  expect(await readVars()).toEqual({ ...secrets })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['.dev.vars'])
})

it('makes an APP_SECRET of 32 bytes and different secrets for each clone', async () => {
  const one = await ensureLocalSecrets(path)
  const other = await ensureLocalSecrets(join(folder, 'other'))
  expect(Buffer.from(one.secrets.APP_SECRET, 'base64url')).toHaveLength(32)
  for (const name of ['APP_SECRET', 'AUTH_SIGNING_KEYS', 'DEMO_PASSWORD'] as const) {
    expect(one.secrets[name]).not.toBe(other.secrets[name])
  }
})

it('makes a private ES256 key that signs a token which its public half verifies', async () => {
  const { secrets } = await ensureLocalSecrets(path)
  const keys: unknown = JSON.parse(secrets.AUTH_SIGNING_KEYS)
  if (!Array.isArray(keys)) throw new Error('AUTH_SIGNING_KEYS is no array')
  const [jwk] = keys
  expect(jwk).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' })
  expect(jwk.kid).toMatch(/^[\w-]{12}$/)
  const { d: _private, ...publicHalf } = jwk
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256' })
    .sign(await importJWK(jwk))
  await expect(jwtVerify(token, await importJWK(publicHalf))).resolves.toBeDefined()
})

it('changes nothing on the second start', async () => {
  const first = await ensureLocalSecrets(path)
  const before = await readFile(path, 'utf8')
  const second = await ensureLocalSecrets(path)
  expect(second).toEqual({ secrets: first.secrets, created: [] })
  expect(await readFile(path, 'utf8')).toBe(before)
})

it('keeps what the developer wrote and adds only what is missing', async () => {
  await writeFile(path, '# mine\nDEMO_PASSWORD="a b#c"\nMAIL_FROM=me@example.com')
  const { secrets, created } = await ensureLocalSecrets(path)
  expect(secrets.DEMO_PASSWORD).toBe('a b#c')
  expect(created).not.toContain('DEMO_PASSWORD')
  expect(await readFile(path, 'utf8')).toMatch(/^# mine\nDEMO_PASSWORD="a b#c"\nMAIL_FROM=me@/)
  expect(await readVars()).toMatchObject({ ...secrets, MAIL_FROM: 'me@example.com' })
})

it('closes a file that others could read', async () => {
  await ensureLocalSecrets(path)
  await chmod(path, 0o644)
  await ensureLocalSecrets(path)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})
