/** Takes pieces of bytes; the memory of one is used again when it is done. */
export type TakePiece = (piece: Uint8Array) => Promise<void>

/** The body of a request that is taken as it comes. It can be read once. */
export interface RawBody {
  /** The header as it is; empty when there is none. */
  readonly contentType: string
  /** Bytes by `Content-Length`; undefined when nobody has told. */
  readonly size: number | undefined
  /** SHA-256 by `Content-Digest` (RFC 9530) in hexadecimal digits, where it is given. */
  readonly sha256: string | undefined
  /** The first bytes, `limits.media.head` of them unless there are fewer. Bears being asked again. */
  peek(): Promise<Uint8Array>
  /** All bytes from an offset within the first ones on. Throws `conflict` when they were taken before. */
  from(offset: number): Promise<ReadableStream<Uint8Array>>
  /** As `from`, piece by piece, with no more memory than one. Throws what the taker throws. */
  pump(offset: number, take: TakePiece): Promise<void>
}
