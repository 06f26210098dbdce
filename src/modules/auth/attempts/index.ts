export { clearAccount, clearAttempt, releaseAttempt, reserveAttempt } from './service/reserve.ts'
export { attemptSweeps } from './service/sweep.ts'
export type { Attempt, AttemptTarget, ReservedAttempt } from './types.ts'
