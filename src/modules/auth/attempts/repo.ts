import { limits } from '../../../kernel/limits.ts'
import type { Query, Statement } from '../../../kernel/statement.ts'
import type { WantedBucket } from './types.ts'

const { windowMilliseconds, longestPauseSeconds } = limits.attempts

/** A bucket in which a try was counted. */
export interface CountedRow {
  readonly bucket: string
  readonly tries: number
  readonly beganAt: number
}

/** When the buckets that were asked for are open again; null when none is in use. */
export interface OpenRow {
  readonly openAt: number | null
}

/**
 * Counts a try in all buckets when each of them is open, else in none. One statement decides and
 * counts, so that tries at once in many isolates are counted one after the other.
 */
export function countTry(
  tenantId: string,
  wanted: readonly WantedBucket[],
  now: number,
): Query<CountedRow> {
  return {
    sql: `WITH held AS (
        SELECT w.value ->> 'bucket' AS bucket, w.value ->> 'most' AS most,
          w.value ->> 'pausedFrom' AS paused_from, coalesce(a.tries, 0) + 1 AS tries,
          coalesce(a.began_at, ?3) AS began_at, coalesce(a.open_at, 0) AS open_at
        FROM json_each(?2) w LEFT JOIN auth_attempts a
          ON a.tenant_id = ?1 AND a.bucket = w.value ->> 'bucket' AND a.began_at > ?3 - ?4)
      INSERT INTO auth_attempts (tenant_id, bucket, tries, began_at, open_at)
      SELECT ?1, bucket, tries, began_at, CASE
        WHEN tries >= most THEN began_at + ?4
        WHEN paused_from > 0 AND tries >= paused_from
          THEN min(began_at + ?4, ?3 + 1000 * min(1 << tries, ?5))
        ELSE 0 END
      FROM held WHERE NOT EXISTS (SELECT 1 FROM held WHERE open_at > ?3)
      ON CONFLICT (tenant_id, bucket) DO UPDATE SET tries = excluded.tries,
        began_at = excluded.began_at, open_at = excluded.open_at
      RETURNING bucket, tries, began_at AS "beganAt"`,
    params: [tenantId, JSON.stringify(wanted), now, windowMilliseconds, longestPauseSeconds],
  }
}

/** When all of the buckets are open. Their windows that have ended tell nothing. */
export function findOpening(
  tenantId: string,
  wanted: readonly WantedBucket[],
  now: number,
): Query<OpenRow> {
  return {
    sql: `SELECT max(open_at) AS "openAt" FROM auth_attempts WHERE tenant_id = ?1
      AND bucket IN (SELECT value ->> 'bucket' FROM json_each(?2)) AND began_at > ?3`,
    params: [tenantId, JSON.stringify(wanted), now - windowMilliseconds],
  }
}

/** Forgets the tries of a bucket. */
export function deleteBucket(tenantId: string, bucket: string): Statement {
  return {
    sql: 'DELETE FROM auth_attempts WHERE tenant_id = ? AND bucket = ?',
    params: [tenantId, bucket],
  }
}

/** Takes one try back from a bucket, whose window it leaves as it is. */
export function takeBack(tenantId: string, bucket: string): Statement {
  return {
    sql: `UPDATE auth_attempts SET tries = tries - 1, open_at = 0
      WHERE tenant_id = ? AND bucket = ? AND tries > 0`,
    params: [tenantId, bucket],
  }
}

/** Removes buckets whose window ended longest ago. */
export function deleteBuckets(before: number, limit: number): Query<{ swept: number }> {
  return {
    sql: `DELETE FROM auth_attempts WHERE (tenant_id, bucket) IN (
      SELECT tenant_id, bucket FROM auth_attempts WHERE began_at < ?1 ORDER BY began_at LIMIT ?2)
      RETURNING 1 AS swept`,
    params: [before, limit],
  }
}
