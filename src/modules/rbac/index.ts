export {
  permissionNamed,
  permissionsOf,
  requireCovers,
  requireGrantable,
  uncovered,
} from './domain.ts'
export { rbacErrors } from './errors.ts'
export { rbacModule } from './module.ts'
export { roleSlug } from './schemas.ts'
export { syncSystemRoles } from './service/sync.ts'
