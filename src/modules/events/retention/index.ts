export { eventSweeps } from './service/sweep-events.ts'
