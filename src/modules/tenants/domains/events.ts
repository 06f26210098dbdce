import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'

const domain = z.object({ host: z.string() })

const since = '0.1.0'

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

export const domainEvents = [domainAdded, domainVerified, domainRemoved, originsReplaced]
