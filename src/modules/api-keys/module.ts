import { limits } from '../../kernel/limits.ts'
import { defineModule } from '../../ports/module.ts'
import { sweepRows } from '../commit/index.ts'
import { apiKeysErrors } from './errors.ts'
import { events } from './events.ts'
import { keysGraphql } from './graphql.ts'
import { keyCreatedMail } from './mails.tsx'
import { permissions } from './permissions.ts'
import { deleteEndedKeys } from './repo.ts'
import { routes } from './routes.ts'
import { keysSettings } from './schemas.ts'
import { keyItem } from './service/read-keys.ts'
import { forgetKeys } from './subscribers.ts'

const KEPT = limits.keys.keptDays * 86_400_000

/** Keys by which programs act for users. */
export const apiKeysModule = defineModule({
  slug: 'keys',
  title: 'API keys',
  kind: 'core',
  dependsOn: ['tenants', 'rbac', 'mail', 'auth'],
  settings: keysSettings,
  permissions,
  errors: apiKeysErrors,
  events,
  mails: [keyCreatedMail],
  subscribers: [forgetKeys],
  routes,
  graphql: keysGraphql,
  sweeps: [
    {
      name: 'keys',
      description: `API keys that ended, after ${limits.keys.keptDays} days.`,
      run: (deps, now, limit) => sweepRows(deps, [deleteEndedKeys(now - KEPT, limit)]),
    },
  ],
  items: { 'keys.key': keyItem },
  tables: ['api_keys'],
  subjects: {
    api_keys: {
      links: [{ column: 'user_id', is: 'user' }],
      secrets: ['hash'],
      erasure: 'deleted',
    },
  },
  transfers: { api_keys: { leftOut: 'a key names the tenant that it was made for' } },
})
