import { describe, expect, it } from 'vitest'
import { createS3Signer, createSignS3 } from '../../../src/adapters/storage/s3-signing.ts'
import { createS3Storage } from '../../../src/adapters/storage/s3.ts'
import { failureOf } from '../../contracts/storage-bytes.ts'
import { s3Deps } from '../../support/storage-server.ts'

/** The bucket and the keys of the examples in Amazon’s documentation of Signature Version 4. */
const example = {
  endpoint: 'https://s3.amazonaws.com',
  region: 'us-east-1',
  bucket: 'examplebucket',
  addressing: 'virtual',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
} as const

const clock = { now: () => Date.UTC(2013, 4, 24) }

describe('a request to a bucket that is the first label of the host', () => {
  it('is presigned as Amazon’s example is', async () => {
    const signer = createS3Signer(example, clock)
    const { url, expiresAt } = await signer.signGet('test.txt', { expiresSeconds: 86_400 })
    const { host, pathname, searchParams } = new URL(url)
    expect([host, pathname]).toEqual(['examplebucket.s3.amazonaws.com', '/test.txt'])
    expect(searchParams.get('X-Amz-Signature')).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    )
    expect(expiresAt).toBe(Date.UTC(2013, 4, 25))
  })

  it('is signed in its headers as Amazon’s example of a list is', async () => {
    const sign = createSignS3(example, clock)
    const { url, headers } = await sign({
      method: 'GET',
      query: { 'max-keys': '2', prefix: 'J' },
      headers: {
        'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      },
    })
    expect(url).toBe('https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J')
    expect(headers.get('authorization')).toContain(
      'Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    )
  })
})

describe('a signed request', () => {
  it('carries the token of temporary keys', async () => {
    const config = { ...example, sessionToken: 'a+token/==' }
    const { url } = await createS3Signer(config, clock).signGet('a', { expiresSeconds: 1 })
    expect(new URL(url).searchParams.get('X-Amz-Security-Token')).toBe('a+token/==')
    const { headers } = await createSignS3(config, clock)({ method: 'GET' })
    expect(headers.get('x-amz-security-token')).toBe('a+token/==')
    expect(headers.get('authorization')).toContain('x-amz-security-token')
  })

  it('has a space in its query as %20', async () => {
    const { url } = await createS3Signer(example, clock).signGet('a b+c', {
      expiresSeconds: 1,
      contentDisposition: 'attachment; filename="a+b.txt"',
    })
    expect(url).toContain('/a%20b%2Bc?')
    expect(url).toContain('response-content-disposition=attachment%3B%20filename%3D%22a%2Bb.txt%22')
  })

  it('of a put pins what is put', async () => {
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    const { url, headers } = await createS3Signer(example, clock).signPut('a', {
      expiresSeconds: 1,
      contentType: 'image/png',
      size: 3,
      sha256,
      createOnly: true,
    })
    expect(headers).toEqual({
      'content-type': 'image/png',
      'content-length': '3',
      'if-none-match': '*',
      'x-amz-checksum-sha256': 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=',
    })
    expect(new URL(url).searchParams.get('X-Amz-SignedHeaders')).toBe(
      'content-length;content-type;host;if-none-match;x-amz-checksum-sha256',
    )
  })

  it('is not made for a key or a size that there is not', async () => {
    const signer = createS3Signer(example, clock)
    const options = { expiresSeconds: 1, contentType: 'image/png', size: -1 }
    expect(await failureOf(signer.signGet('../other', options))).toBe('fatal')
    expect(await failureOf(signer.signPut('a', options))).toBe('fatal')
  })
})

describe('the public address', () => {
  it('is the object’s under the one that is configured', () => {
    const config = { ...example, publicUrl: 'https://files.example.com' }
    expect(createS3Storage(s3Deps, config).publicUrl('a/b c.png')).toBe(
      'https://files.example.com/a/b%20c.png',
    )
    expect(createS3Storage(s3Deps, example).publicUrl('a')).toBeUndefined()
  })
})
