import { toRfc3339 } from '../../../../kernel/clock.ts'
import type { EntryRow } from '../repo.ts'
import type { EntryDto, ExportedEntry } from '../schemas.ts'

/** An entry as clients see it. */
export function entryDto(row: EntryRow): EntryDto {
  return {
    id: row.id,
    seq: row.seq,
    occurredAt: toRfc3339(row.occurredAt),
    actor: { kind: row.actorKind, id: row.actorId },
    credential: row.credential,
    action: row.action,
    target: { type: row.targetType, id: row.targetId },
    requestId: row.requestId,
    clientAddress: row.clientAddress,
    changes: JSON.parse(row.changes),
  }
}

/** An entry as somebody is told of whom it is: from where others act is not theirs to know. */
export function ownEntryDto(row: EntryRow, userId: string): EntryDto {
  const entry = entryDto(row)
  const isForeign = row.actorId !== null && row.actorId !== userId
  return isForeign ? { ...entry, credential: null, clientAddress: null } : entry
}

/** An entry as it leaves the platform. */
export function exportedEntry(row: EntryRow): ExportedEntry {
  return { ...entryDto(row), mac: row.mac, chain: row.chain }
}
