import { definePermissions } from '../../kernel/permissions.ts'

/** Public files may be read by anybody who knows their address; all else needs one of these. */
export const mediaPermissions = definePermissions({
  'media:read': ['See the library, private files and the trash', ['admin', 'manager']],
  'media:upload': ['Add files and replace them', ['admin', 'manager']],
  'media:update': ['Change what is said of files, and folders', ['admin', 'manager']],
  'media:delete': ['Move assets to the trash and back', ['admin', 'manager']],
  'media:purge': ['Delete assets of the trash for good', ['admin']],
})
