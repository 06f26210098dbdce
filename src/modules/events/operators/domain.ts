import { toRfc3339 } from '../../../kernel/clock.ts'
import { waitingOf } from '../domain.ts'
import type { OutboxFigures } from '../types.ts'
import type { DeadRow } from './repo.ts'
import type { DeadLetter, OutboxState } from './types.ts'

/** A dead letter as its row tells it. */
export function toDeadLetter(row: DeadRow): DeadLetter {
  const { id, type, version, attempts, lastError, traceId } = row
  const waiting = waitingOf(row)
  return {
    id,
    type,
    version,
    aggregate: { type: row.aggregateType, id: row.aggregateId, version: row.aggregateVersion },
    attempts,
    lastError,
    waiting: waiting === null ? null : [...waiting],
    traceId,
    occurredAt: toRfc3339(row.occurredAt),
    deadAt: toRfc3339(row.deadAt),
  }
}

/** What the outbox owes at an instant. */
export function toOutboxState(figures: OutboxFigures, now: number): OutboxState {
  const { owed, oldest, retried, dead } = figures
  const age = oldest === null ? null : Math.max(0, Math.round((now - oldest) / 1_000))
  return { owed, oldestAgeSeconds: age, retried, dead }
}
