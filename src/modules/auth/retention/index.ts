export { sessionSweeps } from './service/sweep-sessions.ts'
export { retentionSchedules, retentionTasks } from './tasks.ts'
