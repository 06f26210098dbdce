import type { Clock } from './clock.ts'
import type { TenantSnapshot } from './context.ts'
import type { DomainEvent } from './events.ts'

/** What a commit has made. */
export interface Committed {
  readonly tenant: TenantSnapshot
  readonly events: readonly DomainEvent[]
  /** Whether an event or a job waits to be delivered. */
  readonly owes: boolean
}

/** Something that happens in this isolate after a commit. It may be lost: what must happen is a subscriber. */
export type Reaction = (committed: Committed) => void | Promise<void>

/** How full the bus is. */
export type BusLevel = 'normal' | 'warning' | 'critical'

/** Reactions of one isolate to its own commits. */
export interface Bus {
  /** Starts the reactions in the request that committed. False when the bus is too full to. */
  publish(committed: Committed): boolean
}

/** Bounds and observers of a bus. */
export interface BusOptions {
  readonly clock: Clock
  /** Reactions under way at once. */
  readonly capacity: number
  readonly reactions: readonly Reaction[]
  readonly onLevel: (level: BusLevel) => void
  readonly onOutcome: (outcome: 'accepted' | 'refused' | 'failed') => void
}

/** A request that dies takes its reactions with it; after this time they count no more. */
export const REACTION_MILLISECONDS = 30_000

const WARNING = 0.7
const CRITICAL = 0.9

/** A bounded bus: it warns at 70 % of its capacity and refuses at 90 %. */
export function createBus(options: BusOptions): Bus {
  const { clock, capacity, reactions, onLevel, onOutcome } = options
  const underWay = new Map<symbol, number>()
  let level: BusLevel = 'normal'

  const measure = (): BusLevel => {
    const now = clock.now()
    for (const [id, startedAt] of underWay) {
      if (now - startedAt < REACTION_MILLISECONDS) break
      underWay.delete(id)
    }
    const next = levelOf(underWay.size / capacity)
    if (next !== level) onLevel(next)
    level = next
    return level
  }

  const react = async (reaction: Reaction, committed: Committed) => {
    const id = Symbol('reaction')
    underWay.set(id, clock.now())
    try {
      await reaction(committed)
      onOutcome('accepted')
    } catch {
      onOutcome('failed')
    } finally {
      underWay.delete(id)
      measure()
    }
  }

  return {
    publish(committed) {
      if (measure() === 'critical') {
        onOutcome('refused')
        return false
      }
      for (const reaction of reactions) void react(reaction, committed)
      return true
    },
  }
}

function levelOf(share: number): BusLevel {
  if (share >= CRITICAL) return 'critical'
  return share >= WARNING ? 'warning' : 'normal'
}
