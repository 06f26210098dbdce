import type { Query } from '../../../kernel/statement.ts'

/** An event that is too old, with the place of its payload where that is not the row. */
export interface OldEvent {
  readonly seq: number
  readonly payloadKey: string | null
}

/** The events that were settled longest ago, before an instant. */
export function findSettled(before: number, limit: number): Query<OldEvent> {
  return {
    sql: `SELECT seq, payload_key AS payloadKey FROM outbox
      WHERE settled_at < ?1 ORDER BY settled_at LIMIT ?2`,
    params: [before, limit],
  }
}

/** The events that were given up longest ago, before an instant. */
export function findDead(before: number, limit: number): Query<OldEvent> {
  return {
    sql: `SELECT seq, payload_key AS payloadKey FROM outbox
      WHERE dead_at < ?1 ORDER BY dead_at LIMIT ?2`,
    params: [before, limit],
  }
}

/** Removes events that have come to their end. */
export function deleteEvents(sequences: readonly number[]): Query<{ swept: number }> {
  return {
    sql: `DELETE FROM outbox WHERE seq IN (SELECT value FROM json_each(?1))
      AND (settled_at IS NOT NULL OR dead_at IS NOT NULL) RETURNING 1 AS swept`,
    params: [JSON.stringify(sequences)],
  }
}

/** Removes the oldest marks of effects that were done before an instant. */
export function deleteEffects(before: number, limit: number): Query<{ swept: number }> {
  return {
    sql: `DELETE FROM inbox WHERE (tenant_id, event_id, subscriber) IN (
      SELECT tenant_id, event_id, subscriber FROM inbox
      WHERE handled_at < ?1 ORDER BY handled_at LIMIT ?2)
      RETURNING 1 AS swept`,
    params: [before, limit],
  }
}
