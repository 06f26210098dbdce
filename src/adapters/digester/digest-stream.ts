import { toHex } from '../../kernel/bytes.ts'
import type { Digest } from '../../ports/digester.ts'

/** SHA-256 by the platform’s digest stream. */
export function openDigestStream(): Digest {
  const stream = new crypto.DigestStream('SHA-256')
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
