import { Miniflare, convertV4MiniflareOptions } from 'miniflare'
import type { TestProject } from 'vitest/node'
import { newSecret } from '../support/secrets.ts'

/** A bucket of a real S3 server on loopback, which verifies Signature Version 4. */
export interface StorageServer {
  /** Without the bucket. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly storageServer: StorageServer
  }
}

const BUCKET = 'contract'

/** The S3 server needs a Worker that the bucket belongs to. */
const SCRIPT = `export default { fetch: () => new Response(null, { status: 404 }) }`

/**
 * Starts the S3 server of R2’s simulator, with an empty bucket in memory, for the tests of a
 * project; they get its address and keys as `storageServer`.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const keys = { accessKeyId: 'contract', secretAccessKey: newSecret() }
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      modules: true,
      script: SCRIPT,
      r2Buckets: { FILES: { id: BUCKET, s3Credentials: keys } },
    }),
  )
  const { origin } = await miniflare.ready
  const endpoint = `${origin}/cdn-cgi/local/r2/s3`
  project.provide('storageServer', { endpoint, region: 'auto', bucket: BUCKET, ...keys })
  return () => miniflare.dispose()
}
