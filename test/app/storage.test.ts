import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { ConfigError, parseConfig } from '../../src/app/config/index.ts'
import { createStorage } from '../../src/app/storage.ts'
import { newKey, readText } from '../contracts/storage-bytes.ts'
import { s3Config } from '../support/storage-server.ts'

const keys = {
  STORAGE_ENDPOINT: `${s3Config.endpoint}/`,
  STORAGE_REGION: s3Config.region,
  STORAGE_BUCKET: s3Config.bucket,
  STORAGE_ACCESS_KEY_ID: s3Config.accessKeyId,
  STORAGE_SECRET_ACCESS_KEY: s3Config.secretAccessKey,
}

const open = (change: Record<string, string>) =>
  createStorage(env.FILES, parseConfig({ ...env, ...change }).storage)

/** The keys that the configuration names as wrong, with their reasons. */
function complaints(change: Record<string, string | undefined>): string[] {
  try {
    parseConfig({ ...env, ...change })
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.message.split('\n  - ').slice(1)
  }
}

describe('the storage of a deployment', () => {
  it('is the bucket of the binding unless told otherwise', async () => {
    const storage = open({})
    const key = newKey()
    await storage.put(key, 'x')
    expect(await (await env.FILES.get(key))?.text()).toBe('x')
    expect([storage.signer, storage.publicUrl(key)]).toEqual([undefined, undefined])
  })

  it('on the binding signs requests to the S3 address of the bucket', async () => {
    const storage = open({ ...keys, STORAGE_PUBLIC_URL: 'https://files.example.com/' })
    const signed = await storage.signer?.signGet('a', { expiresSeconds: 60 })
    expect(signed?.url).toContain(`${s3Config.endpoint}/${s3Config.bucket}/a?`)
    expect(storage.publicUrl('a')).toBe('https://files.example.com/a')
  })

  it('is a bucket of an S3 service when it is told so', async () => {
    const storage = open({ ...keys, STORAGE_DRIVER: 's3' })
    const key = newKey()
    await storage.put(key, 'x')
    expect(await readText(await storage.get(key))).toBe('x')
    expect(await env.FILES.head(key)).toBeNull()
  })
})

describe('the configuration of storage', () => {
  it('needs the address, the bucket and its keys for an S3 service', () => {
    expect(complaints({ STORAGE_DRIVER: 's3' })).toEqual([
      'STORAGE_ENDPOINT: is needed by the driver s3',
      'STORAGE_BUCKET: is needed by the driver s3',
      'STORAGE_ACCESS_KEY_ID: is needed by the driver s3',
      'STORAGE_SECRET_ACCESS_KEY: is needed by the driver s3',
    ])
  })

  it.each(Object.keys(keys).filter((key) => key !== 'STORAGE_REGION'))(
    'is refused without %s beside the others',
    (key) => {
      expect(complaints({ ...keys, [key]: undefined })).toEqual([
        `${key}: is needed by the keys that go with it`,
      ])
    },
  )

  it('is refused with a token alone, and without showing it', () => {
    const message = complaints({ STORAGE_SESSION_TOKEN: 'canary-token' }).join('\n')
    expect(message).toContain('STORAGE_ACCESS_KEY_ID')
    expect(message).not.toContain('canary-token')
  })

  it.each([
    ['STORAGE_DRIVER', 'disk'],
    ['STORAGE_ENDPOINT', 'ftp://example.com'],
    ['STORAGE_BUCKET', 'My Bucket'],
    ['STORAGE_ADDRESSING', 'virtual'],
    ['STORAGE_RETRIES', '6'],
    ['STORAGE_TIMEOUT_MS', '99'],
  ])('is refused with %s=%s', (key, value) => {
    expect(complaints({ ...keys, [key]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${key}: `)),
    ])
  })

  it('is refused without TLS in production', () => {
    const change = {
      ...keys,
      APP_ENV: 'production',
      STORAGE_PUBLIC_URL: 'http://files.example.com',
    }
    expect(complaints(change)).toEqual([
      'STORAGE_ENDPOINT: must be https in production',
      'STORAGE_PUBLIC_URL: must be https in production',
    ])
  })
})
