export { retentionSchedules, retentionTasks } from './tasks.ts'
