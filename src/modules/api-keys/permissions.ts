import { definePermissions, forSessions } from '../../kernel/permissions.ts'

const rules = { item: 'keys.key', own: true } as const

/** A key is made for oneself; that any key holds one of these but reading is out of the question. */
export const permissions = [
  ...definePermissions({ 'keys:read': ['Read API keys', ['admin'], ['manager'], rules] }),
  ...forSessions(
    definePermissions({
      'keys:create': ['Make API keys for oneself', ['admin', 'manager']],
      'keys:update': ['Rename, narrow and rotate API keys', ['admin'], ['manager'], rules],
      'keys:revoke': ['Revoke API keys', ['admin'], ['manager'], rules],
    }),
  ),
]
