import type { Client } from '../../support/world.ts'
import type { House } from './house.ts'

/** One call of an operation that succeeds. */
export interface Example {
  readonly as: Client
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** The version that GraphQL must name. */
  readonly version?: number
  /** Takes back what would stand in the way of other calls. */
  readonly undo?: () => Promise<unknown>
}

/** Makes what a call needs and answers the call. Each time anew, since many calls use it up. */
export type Arrange = (house: House) => Promise<Example>

/** Examples by operation. */
export type Examples = Readonly<Record<string, Arrange>>
