import type { TakePiece } from '../../../kernel/raw-body.ts'

/** A body that holds a file, before its bytes are taken. */
export interface Incoming {
  /** The first bytes of the file, all of them when it is short. */
  readonly head: Uint8Array
  /** What the client calls it; empty when it says nothing. */
  readonly name: string
  /** What the client says that it is; it decides nothing. */
  readonly declared: string
  /** Bytes of the file; undefined when nobody has told. */
  readonly size: number | undefined
  /** SHA-256 as the client tells it, in hexadecimal digits. */
  readonly sha256: string | undefined
  /** What a form says beside its file. */
  readonly fields: ReadonlyMap<string, string>
  /** All bytes of the file. Can be asked once. */
  readonly stream: () => Promise<ReadableStream<Uint8Array>>
  /** As `stream`, with the memory of one piece; undefined where the file is a part of a body. */
  readonly pump: ((take: TakePiece) => Promise<void>) | undefined
}

/** Bytes that are in the store. */
export interface StoredBytes {
  readonly bytes: number
  /** Hexadecimal digits. */
  readonly sha256: string
}
