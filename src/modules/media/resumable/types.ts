/** What a piece is checked by (tus 1.0.0, checksum). */
export interface PieceDigest {
  readonly algorithm: 'SHA-1' | 'SHA-256'
  /** Hexadecimal digits. */
  readonly hex: string
}

/** What a request says of itself, by its headers. */
export type Header = (name: string) => string | undefined
