export { forgetJob } from './jobs.ts'
export { downloadRoutes } from './routes.ts'
