/** A digest over bytes that come one after the other. */
export interface Digest {
  /** Takes the next bytes; they must stay as they are until it is done. */
  update(bytes: Uint8Array): Promise<void>
  /** Ends it, in hexadecimal digits. */
  hex(): Promise<string>
  /** Gives it up. */
  cancel(): void
}

/** Opens digests, SHA-256 if not said otherwise, whose memory does not grow with what they take. */
export type OpenDigest = (algorithm?: 'SHA-1' | 'SHA-256') => Digest
