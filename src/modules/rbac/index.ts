export { can } from './authz/service/explain.ts'
export {
  allPermissions,
  permissionNamed,
  permissionsOf,
  requireCovers,
  requireGrantable,
  requireHeld,
  uncovered,
} from './domain.ts'
export { narrow } from '../../kernel/grants.ts'
export { rbacErrors } from './errors.ts'
export { rbacModule } from './module.ts'
export { roleSlug } from './schemas.ts'
export { syncSystemRoles } from './service/sync.ts'
