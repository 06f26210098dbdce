export { baseDomainOf, isTimeZone, tenantKeyOf } from './domain.ts'
export { tenantsErrors } from './errors.ts'
export { tenantsModule } from './module.ts'
export { countWebhookEndpoints, findTenantIds, touchTenant, touchTenantVersion } from './repo.ts'
export { requireOperator } from './service/access.ts'
export { databaseOf } from './service/shard.ts'
export { provisionTenant } from './service/create.ts'
export {
  type IsolateTenants,
  type TenantDirectoryOptions,
  createTenantDirectory,
} from './service/directory.ts'
