import { definePermissions } from '../../kernel/permissions.ts'

/** Published posts are public; everything else needs one of these. */
export const blogPermissions = definePermissions({
  'posts:read': ['See drafts and archived posts', ['admin', 'manager']],
  'posts:create': ['Write posts', ['admin', 'manager']],
  'posts:update': ['Edit posts', ['admin'], ['manager']],
  'posts:publish': ['Publish, unpublish, archive and restore posts', ['admin'], ['manager']],
  'posts:delete': ['Delete drafts and archived posts', ['admin'], ['manager']],
  'posts:import': ['Import posts in bulk', ['admin']],
  'categories:manage': ['Create, change and delete categories', ['admin']],
  'authors:manage': ['Create, change and delete authors', ['admin']],
  'tags:manage': ['Rename and delete tags', ['admin']],
})
