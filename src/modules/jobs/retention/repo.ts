import type { Query } from '../../../kernel/statement.ts'

/** Removes the jobs that ended longest ago, before an instant, with their attempts. */
export function deleteJobs(
  before: number,
  limit: number,
): [attempts: Query<never>, jobs: Query<{ swept: number }>] {
  const params = [before, limit] as const
  return [
    {
      sql: `DELETE FROM job_attempts WHERE (tenant_id, job_id) IN (
        SELECT tenant_id, id FROM jobs WHERE finished_at < ?1 ORDER BY finished_at, rowid LIMIT ?2)`,
      params,
    },
    {
      sql: `DELETE FROM jobs WHERE (tenant_id, id) IN (
        SELECT tenant_id, id FROM jobs WHERE finished_at < ?1 ORDER BY finished_at, rowid LIMIT ?2)
        RETURNING 1 AS swept`,
      params,
    },
  ]
}
