import type { BulkInput } from './schemas.ts'

/** An asset that was left as it is, and why. */
export interface Refusal {
  readonly assetId: string
  readonly code: string
  readonly detail: string
}

/** How far a bulk operation is: how many of its ids, or the folded name and the id behind which it goes on. */
export type Position = number | readonly [name: string, id: string]

/** What a bulk operation has come to. */
export interface BulkState {
  readonly position: Position
  readonly done: number
  readonly refused: number
  /** The first ones. */
  readonly refusals: readonly Refusal[]
}

/** A change of many assets. Its job has the same id. */
export interface Bulk extends BulkState {
  readonly id: string
  readonly input: BulkInput
  /** By whose rights it works; null for the platform’s. */
  readonly userId: string | null
  readonly createdAt: number
  readonly finishedAt: number | null
}
