import type { TenantSnapshot } from '../../../kernel/context.ts'
import type { Deps } from '../../../ports/deps.ts'
import { filesOf } from '../domain.ts'
import type { ExportState } from '../schemas.ts'
import type { Person } from '../types.ts'

export type ExportDeps = Pick<Deps, 'clock' | 'modules' | 'shards' | 'storage' | 'openDigest'>

/** An export that is under way. */
export interface Export {
  /** The tenant in whose folder it is. */
  readonly ownerId: string
  readonly id: string
  readonly tenant: TenantSnapshot
  /** Whose data it has, where it is not all of the tenant's. */
  readonly person?: Person
}

/** Ends a table, so that the next one begins. */
export async function complete(state: ExportState, name: string): Promise<ExportState> {
  const done = [...state.done, await filesOf(name, state.parts)]
  return { ...state, done, parts: [], after: null }
}
