import * as z from 'zod'
import { defineEvent } from '../../kernel/events.ts'
import { domainEvents } from './domains/events.ts'
import { tenantErased } from './erasure/events.ts'
import { localeEvents } from './locales/events.ts'
import { moduleEvents } from './modules/events.ts'

const tenant = z.object({ slug: z.string(), name: z.string(), defaultLocale: z.string() })
const status = z.object({ slug: z.string() })

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
  description: 'A tenant is gone for its users, and is erased after the grace period.',
  schema: status,
  example: { slug: 'acme' },
})

export const tenantRestored = defineEvent({
  type: 'tenants.tenant.restored',
  version: 1,
  since,
  description: 'The deletion of a tenant was taken back; the tenant is suspended.',
  schema: status,
  example: { slug: 'acme' },
})

/** Every event of this module. */
export const tenantEvents = [
  tenantCreated,
  tenantUpdated,
  tenantSuspended,
  tenantActivated,
  tenantDeletionRequested,
  tenantRestored,
  tenantErased,
  ...domainEvents,
  ...localeEvents,
  ...moduleEvents,
]
