/** Where a job is in its life. */
export type JobState = 'queued' | 'running' | 'done' | 'dead' | 'cancelled'

/** A job as a list shows it; instants are RFC 3339. */
export interface Job {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly state: JobState
  readonly priority: 'high' | 'normal' | 'low'
  readonly dueAt: string
  /** Tries of this round; a retry by hand begins a new one. */
  readonly attempts: number
  readonly maxAttempts: number
  /** Percent. */
  readonly progress: number
  readonly lastError: string | null
  readonly correlationId: string
  readonly causationId: string | null
  readonly createdAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly cancelRequestedAt: string | null
}

/** How one try of a job came out. */
export interface JobAttempt {
  /** Over all rounds, from 1 on. */
  readonly attempt: number
  readonly outcome: 'done' | 'failed' | 'lost' | 'cancelled'
  readonly error: string | null
  readonly startedAt: string
  readonly endedAt: string
}

/** What only those see who may manage jobs: it may hold personal data. */
export interface JobContents {
  readonly payload: unknown
  readonly result: unknown
  readonly progressNote: string | null
  readonly uniqueKey: string | null
}

/** A job with its history. */
export interface JobDetail extends Job {
  /** The last tries, newest first. */
  readonly history: JobAttempt[]
  /** Null for those who may not manage jobs. */
  readonly contents: JobContents | null
}

/** How many jobs wait again. */
export interface RetriedJobs {
  readonly count: number
  /** Whether the limit of one call has left some. */
  readonly hasMore: boolean
}
