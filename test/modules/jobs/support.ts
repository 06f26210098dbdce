import type { JobRequest } from '../../../src/kernel/job.ts'
import { commit } from '../../../src/modules/commit/index.ts'
import type { World } from '../../support/world.ts'

/** Adds a job of a kind that nobody performs, and answers its id. */
export async function addJob(world: World, change: Partial<JobRequest> = {}): Promise<string> {
  const before = await idsIn(world)
  await commit(world.deps(), await world.system(), {
    writes: [],
    events: [],
    jobs: [
      {
        name: 'trial:work',
        version: 1,
        payload: { email: 'ada@people.example' },
        priority: 'normal',
        maxAttempts: 3,
        concurrency: null,
        uniqueKey: null,
        dueAt: null,
        ...change,
      },
    ],
    audit: { action: 'trial.work.asked', targetType: 'trial', targetId: 'work' },
    result: null,
  })
  const id = (await idsIn(world)).find((each) => !before.includes(each))
  if (id === undefined) throw new Error('no job was added')
  return id
}

/** Puts a job into a state, as its workers do in time. */
export async function putInto(
  world: World,
  id: string,
  state: 'running' | 'done' | 'dead' | 'cancelled',
): Promise<void> {
  const now = world.clock.now()
  await world.rows(
    `UPDATE jobs SET state = ?3, attempts = 3, started_at = ?4, last_error = 'Error: down',
        finished_at = CASE ?3 WHEN 'running' THEN NULL ELSE ?4 END,
        lease = CASE ?3 WHEN 'running' THEN 'a lease' END
      WHERE tenant_id = ?1 AND id = ?2`,
    world.tenantId,
    id,
    state,
    now,
  )
  await world.rows(
    `INSERT INTO job_attempts (tenant_id, job_id, attempt, outcome, error, started_at, ended_at)
      VALUES (?1, ?2, 1, 'failed', 'Error: down', ?3, ?3) ON CONFLICT DO NOTHING`,
    world.tenantId,
    id,
    now,
  )
}

async function idsIn(world: World): Promise<string[]> {
  const rows = await world.rows<{ id: string }>(
    'SELECT id FROM jobs WHERE tenant_id = ? ORDER BY id',
    world.tenantId,
  )
  return rows.map(({ id }) => id)
}
