import * as z from 'zod'

const grantRule = z.object({
  own: z.literal(true).optional(),
  statuses: z.array(z.string()).optional(),
  fields: z.array(z.string()).optional(),
})

/** A cached tenant as the shared cache gives it back. */
export const snapshotSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  status: z.enum(['active', 'suspended', 'deleting']),
  version: z.number().int(),
  isControl: z.boolean(),
  shard: z.string(),
  hosts: z.array(z.string()),
  origins: z.array(z.string()),
  defaultLocale: z.string(),
  locales: z.array(z.object({ code: z.string(), fallback: z.string().nullable() })),
  modules: z.record(
    z.string(),
    z.object({ enabled: z.boolean(), settings: z.record(z.string(), z.unknown()) }),
  ),
  roles: z.record(z.string(), z.record(z.string(), z.array(grantRule))),
  settings: z.record(z.string(), z.unknown()),
  webhookEndpoints: z.number().int(),
})
