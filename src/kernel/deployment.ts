import type { TenantSnapshot } from './context.ts'

/**
 * What belongs to the deployment itself, for as long as it has no control tenant. No request can name
 * it: its id is no UUID, and it has neither slug nor host.
 */
export const deployment: TenantSnapshot = {
  id: 'deployment',
  slug: '',
  name: 'Deployment',
  status: 'active',
  version: 0,
  isControl: true,
  shard: 'primary',
  hosts: [],
  origins: [],
  defaultLocale: 'en',
  locales: [{ code: 'en', fallback: null }],
  modules: {},
  roles: {},
  settings: {},
  webhookEndpoints: 0,
}
