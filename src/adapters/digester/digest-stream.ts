import { toHex } from '../../kernel/bytes.ts'
import type { Digest } from '../../ports/digester.ts'

/** A digest by the platform’s own stream. */
export function openDigestStream(algorithm: 'SHA-1' | 'SHA-256' = 'SHA-256'): Digest {
  const stream = new crypto.DigestStream(algorithm)
  const writer = stream.getWriter()
  // One that is given up ends in an error that nobody waits for.
  stream.digest.catch(() => undefined)
  return {
    update: (bytes) => writer.write(bytes),
    async hex() {
      await writer.close()
      return toHex(new Uint8Array(await stream.digest))
    },
    cancel: () => void writer.abort().catch(() => undefined),
  }
}
