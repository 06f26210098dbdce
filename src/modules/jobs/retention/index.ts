export { jobSweeps } from './service/sweep-jobs.ts'
