import type { Visibility } from '../assets/index.ts'
import type { PictureFile } from '../variants/index.ts'

/** What must be known of a file to serve it. None of it changes but what is of its asset. */
export interface FileFacts extends PictureFile {
  readonly state: 'ready' | 'trashed'
  readonly visibility: Visibility
  readonly name: string
  readonly focalX: number
  readonly focalY: number
  readonly sha256: string
  readonly storageKey: string
  readonly createdAt: number
}

/** What a client asks for, with its headers as they are. */
export interface FileRequest {
  readonly assetId: string
  readonly number: number
  readonly isHead: boolean
  readonly header: (name: string) => string | null
  /** Of a signed link. */
  readonly expires: string | null
  readonly signature: string | null
}

/** What is asked for of a picture. */
export interface VariantRequest extends FileRequest {
  /** A preset as an address names it. */
  readonly preset: string
  /** The query of the address with its question mark; empty without one. */
  readonly search: string
}

/** Bytes as they go out. */
export interface Shown {
  /** A strong entity tag in its quotes. */
  readonly tag: string
  readonly mediaType: FileFacts['mediaType']
  readonly bytes: number
  readonly name: string
  readonly createdAt: number
}

/** An answer, ready for the wire. */
export interface Served {
  readonly status: 200 | 206 | 304 | 307 | 412 | 416
  readonly headers: Readonly<Record<string, string>>
  readonly body: ReadableStream<Uint8Array> | null
}
