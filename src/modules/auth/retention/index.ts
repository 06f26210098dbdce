export { sessionSweeps } from './service/sweep-sessions.ts'
