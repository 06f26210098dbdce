import { toRfc3339, toRfc3339OrNull } from '../../../kernel/clock.ts'
import type { Transitions } from '../../../kernel/fsm.ts'
import type { AttemptRow, ContentsRow, JobRow } from './repo.ts'
import type { Job, JobAttempt, JobContents, JobState } from './types.ts'

/** What an operator may do with a job. One at work keeps its state until its worker sees the request. */
export const jobTransitions: Transitions<JobState, 'retry' | 'cancel' | 'requestCancel'> = {
  retry: { from: ['dead', 'cancelled'], to: 'queued' },
  cancel: { from: ['queued'], to: 'cancelled' },
  requestCancel: { from: ['running'], to: 'running' },
}

const PRIORITIES = ['high', 'normal', 'low'] as const

/** A job as its row tells it. */
export function toJob(row: JobRow): Job {
  return {
    ...row,
    priority: PRIORITIES[row.priority] ?? 'normal',
    dueAt: toRfc3339(row.dueAt),
    createdAt: toRfc3339(row.createdAt),
    startedAt: toRfc3339OrNull(row.startedAt),
    finishedAt: toRfc3339OrNull(row.finishedAt),
    cancelRequestedAt: toRfc3339OrNull(row.cancelRequestedAt),
  }
}

/** A try as its row tells it. */
export function toAttempt(row: AttemptRow): JobAttempt {
  return { ...row, startedAt: toRfc3339(row.startedAt), endedAt: toRfc3339(row.endedAt) }
}

/** What a job holds, as its row tells it. */
export function toContents(row: ContentsRow): JobContents {
  const { payload, result, progressNote, uniqueKey } = row
  return {
    payload: JSON.parse(payload),
    result: result === null ? null : JSON.parse(result),
    progressNote,
    uniqueKey,
  }
}

/** One job of each unique key: only one of them may wait. */
export function oneOfEachKey<
  Candidate extends { readonly name: string; readonly uniqueKey: string | null },
>(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>()
  return candidates.filter(({ name, uniqueKey }) => {
    if (uniqueKey === null) return true
    const key = JSON.stringify([name, uniqueKey])
    const isFirst = !seen.has(key)
    seen.add(key)
    return isFirst
  })
}
