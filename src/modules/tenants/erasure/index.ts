export { eraseLateJob } from './jobs.ts'
export { eraseInput } from './schemas.ts'
export { progressOf } from './service/erase-tenant.ts'
export { eraseTenants } from './service/erase-tenants.ts'
