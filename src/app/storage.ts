import { randomFraction, systemClock } from '../adapters/clock/system.ts'
import { platformFetch } from '../adapters/fetcher/platform.ts'
import { createR2Storage } from '../adapters/storage/r2.ts'
import { type S3Config, createS3Signer } from '../adapters/storage/s3-signing.ts'
import { createS3Storage, publicS3Url } from '../adapters/storage/s3.ts'
import type { Storage } from '../ports/storage.ts'
import type { Config } from './config/index.ts'

/**
 * The storage that the configuration names. One on R2 signs requests when it knows the bucket’s S3
 * address and keys.
 */
export function createStorage(bucket: R2Bucket, config: Config['storage']): Storage {
  const { driver, timeoutMs, retries, publicUrl } = config
  const calls = { timeoutMilliseconds: timeoutMs, retries, random: randomFraction }
  const s3 = s3ConfigOf(config)
  if (driver === 's3') {
    if (!s3) throw new Error('the configuration names no bucket')
    return createS3Storage({ ...calls, fetch: platformFetch, clock: systemClock }, s3)
  }
  const open = publicUrl === undefined ? {} : { publicUrl }
  return createR2Storage(bucket, {
    ...calls,
    ...(s3 && { signer: createS3Signer(s3, systemClock) }),
    publicUrl: (key) => publicS3Url(open, key),
  })
}

function s3ConfigOf(config: Config['storage']): S3Config | undefined {
  const { endpoint, bucket, accessKeyId, secretAccessKey, sessionToken, publicUrl } = config
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) return undefined
  return {
    endpoint,
    bucket,
    accessKeyId,
    secretAccessKey,
    region: config.region,
    addressing: config.addressing,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(publicUrl !== undefined && { publicUrl }),
  }
}
