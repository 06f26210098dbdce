import { definePermissions } from '../../kernel/permissions.ts'
import { MASKABLE_FIELDS, POST_FIELDS, POST_STATUSES } from './posts/index.ts'

const anyPost = { item: 'blog.post', own: true, statuses: POST_STATUSES } as const

/** Published posts are public; everything else needs one of these. */
export const blogPermissions = definePermissions({
  'posts:read': [
    'See drafts and archived posts',
    ['admin', 'manager'],
    [],
    { ...anyPost, fields: MASKABLE_FIELDS },
  ],
  'posts:create': [
    'Write posts',
    ['admin', 'manager'],
    [],
    { item: 'blog.post', fields: POST_FIELDS },
  ],
  'posts:update': ['Edit posts', ['admin'], ['manager'], { ...anyPost, fields: POST_FIELDS }],
  'posts:publish': [
    'Publish, unpublish, archive and restore posts',
    ['admin'],
    ['manager'],
    anyPost,
  ],
  'posts:delete': ['Delete drafts and archived posts', ['admin'], ['manager'], anyPost],
  'posts:import': ['Import posts in bulk', ['admin']],
  'categories:manage': ['Create, change and delete categories', ['admin']],
  'authors:manage': ['Create, change and delete authors', ['admin']],
  'tags:manage': ['Rename and delete tags', ['admin']],
})
