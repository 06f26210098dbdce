export { existsGuard } from './repo.ts'
export { type CommitDeps, ReplayedResult, commit, emptyTables, replayGate } from './service.ts'
export { inbox, isOwed, isUnfinished, jobAttempts, jobs, outbox } from './tables.ts'
export type { AuditEntry, Commit, GuardRule, Write } from './types.ts'
