import type { UploadedPart } from '../../../ports/storage.ts'
import type { UploadInput } from '../uploads/index.ts'

/** How the bytes come: by the tus protocol, or straight into the store. */
export type WaitingKind = 'tus' | 'direct'

/** What a client says of a file before its bytes come. */
export interface Said extends UploadInput {
  /** Decides nothing; empty when nothing was said. */
  readonly mediaType: string
  /** In hexadecimal digits, where it was said. */
  readonly sha256?: string | undefined
  /** `Upload-Metadata` as it came. */
  readonly metadata?: string | undefined
}

/** A file that is on its way in: its bytes wait in the store until an asset is made of them. */
export interface Waiting {
  /** Also of its object, and of the asset that it becomes. */
  readonly id: string
  readonly kind: WaitingKind
  /** `stored` when all bytes are one object, `done` when there is an asset. */
  readonly state: 'open' | 'stored' | 'done'
  readonly storageKey: string
  /** That there will be. */
  readonly bytes: number
  /** That are safe; all of them only when it is done. */
  readonly arrived: number
  /** Counts the requests that have brought bytes: the last one alone may go on. */
  readonly epoch: number
  readonly multipartId: string | null
  readonly parts: readonly UploadedPart[]
  /** The request that has kept the bytes behind the last part; null when there are none. */
  readonly restEpoch: number | null
  readonly said: Said
  readonly createdAt: number
  readonly expiresAt: number
}
