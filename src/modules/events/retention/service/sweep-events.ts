import type { Query } from '../../../../kernel/statement.ts'
import type { SweepDefinition } from '../../../../kernel/module.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { sweepRows } from '../../../commit/index.ts'
import { type OldEvent, deleteEffects, deleteEvents, findDead, findSettled } from '../repo.ts'

const DAY = 86_400_000
const DEAD_DAYS = 365
/** Longer than anything is delivered again, so that no effect is forgotten while it could return. */
const INBOX_DAYS = 30

/** What becomes too old of events and their effects. */
export const eventSweeps: readonly SweepDefinition<Deps>[] = [
  {
    name: 'outbox',
    description: 'Delivered events with their payloads, after `EVENTS_RETENTION_DAYS`.',
    run: (deps, now, limit) =>
      sweepEvents(deps, findSettled(now - deps.settings.eventRetentionDays * DAY, limit)),
  },
  {
    name: 'dead-letters',
    description: `Dead letters with their payloads, after ${DEAD_DAYS} days.`,
    run: (deps, now, limit) => sweepEvents(deps, findDead(now - DEAD_DAYS * DAY, limit)),
  },
  {
    name: 'inbox',
    description: `Marks of effects that are done, after ${INBOX_DAYS} days.`,
    run: (deps, now, limit) => sweepRows(deps, [deleteEffects(now - INBOX_DAYS * DAY, limit)]),
  },
]

/** Payloads go first: a row that is left behind leads to them again, a payload leads to no row. */
async function sweepEvents(
  deps: Pick<Deps, 'db' | 'payloads'>,
  query: Query<OldEvent>,
): Promise<number> {
  const old = await deps.db.read(query)
  const keys = old.flatMap(({ payloadKey }) => payloadKey ?? [])
  if (keys.length > 0) await deps.payloads.remove(keys)
  if (old.length > 0) await sweepRows(deps, [deleteEvents(old.map(({ seq }) => seq))])
  return old.length
}
