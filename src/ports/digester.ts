/** A SHA-256 over bytes that come one after the other. */
export interface Digest {
  /** Takes the next bytes; they must stay as they are until it is done. */
  update(bytes: Uint8Array): Promise<void>
  /** Ends it: 64 hexadecimal digits. */
  hex(): Promise<string>
  /** Gives it up. */
  cancel(): void
}

/** Opens digests whose memory does not grow with what they take. */
export type OpenDigest = () => Digest
