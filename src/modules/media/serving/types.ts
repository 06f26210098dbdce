import type { MediaType } from '../../../kernel/media-type.ts'

/** What must be known of a file to serve it. None of it changes but state, visibility and name. */
export interface FileFacts {
  readonly state: 'ready' | 'trashed'
  readonly visibility: 'public' | 'private'
  readonly name: string
  readonly mediaType: MediaType
  readonly bytes: number
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

/** An answer, ready for the wire. */
export interface Served {
  readonly status: 200 | 206 | 304 | 412 | 416
  readonly headers: Readonly<Record<string, string>>
  readonly body: ReadableStream<Uint8Array> | null
}
