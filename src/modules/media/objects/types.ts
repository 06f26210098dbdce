/**
 * `uploading` until its file is known, `kept` while a file names it, `doomed` from then until it is
 * gone from the store.
 */
export type ObjectState = 'uploading' | 'kept' | 'doomed'

/** An object of the store. */
export interface StoredKey {
  readonly id: string
  readonly storageKey: string
}

/** An object whose bytes may come, and what they may be. */
export interface Reservation extends StoredKey {
  /** Bytes that count as used already. */
  readonly reserved: number
  /** Bytes that there may be. */
  readonly most: number
}
