export { existsGuard } from './repo.ts'
export { type CommitDeps, ReplayedResult, commit, emptyTables, replayGate } from './service.ts'
export type { AuditEntry, Commit, GuardRule, Write } from './types.ts'
