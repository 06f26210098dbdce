import type { MediaKind, MediaType } from '../../../kernel/media-type.ts'
import type { PictureFacts } from '../variants/index.ts'

export const ASSET_STATES = ['ready', 'trashed'] as const
export type AssetState = (typeof ASSET_STATES)[number]

export const VISIBILITIES = ['public', 'private'] as const
/** Whether anybody may read the files, or only who may see the library or has a signed link. */
export type Visibility = (typeof VISIBILITIES)[number]

/** What is said of an asset in one locale. */
export interface AssetText {
  readonly alt: string
  readonly caption: string
}

/** A file version of an asset. */
export interface AssetFile {
  /** From 1 on, without gaps. */
  readonly number: number
  readonly objectId: string
  readonly bytes: number
  /** Hexadecimal digits. */
  readonly sha256: string
  readonly mediaType: MediaType
  /** Of an image as it is shown; null for what is none. */
  readonly width: number | null
  readonly height: number | null
  readonly blurhash: string | null
  /** Dominant, `#rrggbb`. */
  readonly color: string | null
  /** Null for what is no picture. */
  readonly picture: PictureFacts | null
  readonly createdAt: number
}

/** What a client names: the same over all the files that it has had. */
export interface Asset {
  readonly id: string
  readonly state: AssetState
  readonly visibility: Visibility
  readonly folderId: string | null
  readonly kind: MediaKind
  readonly name: string
  readonly tags: readonly string[]
  /** By locale. */
  readonly texts: Readonly<Record<string, AssetText>>
  /** What must stay in sight, from the left and the top, 0 to 1. */
  readonly focalX: number
  readonly focalY: number
  readonly createdBy: string | null
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly trashedAt: number | null
  /** The current one. */
  readonly file: AssetFile
}
