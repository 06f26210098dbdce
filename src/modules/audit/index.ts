export { sealOwed } from './chain/service/seal.ts'
export { auditModule } from './module.ts'
