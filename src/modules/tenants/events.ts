import * as z from 'zod'
import { defineEvent } from '../../kernel/events.ts'

const tenant = z.object({ slug: z.string(), name: z.string(), defaultLocale: z.string() })
const status = z.object({ slug: z.string() })
const domain = z.object({ host: z.string() })
const locale = z.object({ code: z.string(), fallback: z.string().nullable() })
const module = z.object({ module: z.string() })

const since = '0.1.0'

// Each is about the aggregate `tenant`, numbered by the tenant's `sequence`.

export const tenantCreated = defineEvent({
  type: 'tenants.tenant.created',
  version: 1,
  since,
  description: 'A tenant was created, with its default locale, modules and seeded roles.',
  schema: tenant.extend({ modules: z.array(z.string()) }),
  example: { slug: 'acme', name: 'Acme', defaultLocale: 'en', modules: ['blog'] },
})

export const tenantUpdated = defineEvent({
  type: 'tenants.tenant.updated',
  version: 1,
  since,
  description: 'Name, default locale or settings of a tenant have changed; `changed` says which.',
  schema: tenant.extend({ changed: z.array(z.string()) }),
  example: { slug: 'acme', name: 'Acme Ltd', defaultLocale: 'en', changed: ['name'] },
})

export const tenantSuspended = defineEvent({
  type: 'tenants.tenant.suspended',
  version: 1,
  since,
  description: 'A tenant is served no more until it is activated.',
  schema: status,
  example: { slug: 'acme' },
})

export const tenantActivated = defineEvent({
  type: 'tenants.tenant.activated',
  version: 1,
  since,
  description: 'A suspended tenant is served again.',
  schema: status,
  example: { slug: 'acme' },
})

export const tenantDeletionRequested = defineEvent({
  type: 'tenants.tenant.deletion_requested',
  version: 1,
  since,
  description: 'A tenant is gone for its users, and its data is due to be purged.',
  schema: status,
  example: { slug: 'acme' },
})

export const domainAdded = defineEvent({
  type: 'tenants.domain.added',
  version: 1,
  since,
  description: 'A tenant claims a host; it does not lead to the tenant yet.',
  schema: domain,
  example: { host: 'shop.example.com' },
})

export const domainVerified = defineEvent({
  type: 'tenants.domain.verified',
  version: 1,
  since,
  description: 'A host leads to the tenant.',
  schema: domain,
  example: { host: 'shop.example.com' },
})

export const domainRemoved = defineEvent({
  type: 'tenants.domain.removed',
  version: 1,
  since,
  description: 'A host leads to the tenant no more.',
  schema: domain,
  example: { host: 'shop.example.com' },
})

export const originsReplaced = defineEvent({
  type: 'tenants.origins.replaced',
  version: 1,
  since,
  description: 'The browser origins that may call the API of the tenant have changed.',
  schema: z.object({ origins: z.array(z.string()) }),
  example: { origins: ['https://shop.example.com'] },
})

export const localeSaved = defineEvent({
  type: 'tenants.locale.saved',
  version: 1,
  since,
  description: 'A locale was added to a tenant or given another fallback.',
  schema: locale,
  example: { code: 'de', fallback: 'en' },
})

export const localeRemoved = defineEvent({
  type: 'tenants.locale.removed',
  version: 1,
  since,
  description: 'A tenant has a locale no more.',
  schema: z.object({ code: z.string() }),
  example: { code: 'de' },
})

export const moduleEnabled = defineEvent({
  type: 'tenants.module.enabled',
  version: 1,
  since,
  description: 'A module was switched on.',
  schema: module,
  example: { module: 'blog' },
})

export const moduleDisabled = defineEvent({
  type: 'tenants.module.disabled',
  version: 1,
  since,
  description: 'A module was switched off; its data stays.',
  schema: module,
  example: { module: 'blog' },
})

export const moduleConfigured = defineEvent({
  type: 'tenants.module.configured',
  version: 1,
  since,
  description: 'Settings of a module have changed; `keys` says which.',
  schema: module.extend({ keys: z.array(z.string()) }),
  example: { module: 'blog', keys: ['postsPerPage'] },
})

/** Every event of this module. */
export const tenantEvents = [
  tenantCreated,
  tenantUpdated,
  tenantSuspended,
  tenantActivated,
  tenantDeletionRequested,
  domainAdded,
  domainVerified,
  domainRemoved,
  originsReplaced,
  localeSaved,
  localeRemoved,
  moduleEnabled,
  moduleDisabled,
  moduleConfigured,
]
