import { inject } from 'vitest'
import { systemClock } from '../../src/adapters/clock/system.ts'
import type { S3Deps } from '../../src/adapters/storage/s3-calls.ts'
import type { S3Config } from '../../src/adapters/storage/s3-signing.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly storageServer: {
      readonly endpoint: string
      readonly region: string
      readonly bucket: string
      readonly accessKeyId: string
      readonly secretAccessKey: string
    }
  }
}

/** The bucket of a real S3 server. */
export const s3Config: S3Config = { ...inject('storageServer'), addressing: 'path' }

/** Calls that are tried three times without a pause between. */
export const callOptions = { timeoutMilliseconds: 10_000, retries: 2, random: () => 0 }

/** How the server is called. */
export const s3Deps: S3Deps = {
  ...callOptions,
  fetch: (input, init) => fetch(input, init),
  clock: systemClock,
}
