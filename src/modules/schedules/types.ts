import type { MissedPolicy } from '../../kernel/module.ts'

/** A task that runs by the clock. Instants are epoch milliseconds. */
export interface Schedule {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly cron: string
  readonly timezone: string
  readonly task: string
  readonly input: Readonly<Record<string, unknown>>
  readonly missed: MissedPolicy
  readonly isPaused: boolean
  readonly nextRunAt: number | null
  readonly lastRunAt: number | null
  /** What the manifest of a module says of it; null for what people have made. */
  readonly declaration: Declaration | null
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** What a release may change of a schedule as long as no operator has. */
export type Declaration = Pick<
  Schedule,
  'description' | 'cron' | 'timezone' | 'task' | 'input' | 'missed'
>

/** A schedule with its owner. */
export interface OwnedSchedule extends Schedule {
  readonly tenantId: string
}

/** How a run came out, or how far it is. */
export type RunOutcome = 'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped'

/** An instant of a schedule and what became of it. */
export interface Run {
  readonly id: string
  readonly scheduleId: string
  /** `due`: its instant had come. `asked`: somebody asked for it. */
  readonly reason: 'due' | 'asked'
  readonly scheduledFor: number
  readonly missed: number
  readonly jobId: string | null
  readonly outcome: RunOutcome
  readonly startedAt: number | null
  readonly finishedAt: number | null
  readonly error: string | null
}

/** A run as it is noted first. */
export interface NewRun {
  readonly id: string
  readonly scheduledFor: number
  readonly missed: number
  readonly jobId: string | null
  readonly outcome: 'skipped' | null
}
