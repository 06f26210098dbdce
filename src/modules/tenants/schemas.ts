import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'
import { idSchema, instant, localeSchema, pageOf, pageQuery } from '../../kernel/schemas.ts'
import { PRIMARY_SHARD } from '../../ports/database.ts'
import { SLUG_PATTERN, isSlug, isTimeZone } from './domain.ts'

/** Settings of a tenant that belong to no module, with their defaults. */
export const tenantSettings = z.strictObject({
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, 'must be an IANA time zone')
    .default('UTC')
    .meta({ description: 'The time zone of dates that people read.', example: 'Europe/Berlin' }),
  description: z
    .string()
    .max(limits.text.excerpt)
    .default('')
    .meta({ description: 'What the site is, for feeds and search engines.' }),
})

const slug = z
  .string()
  .trim()
  .toLowerCase()
  .regex(SLUG_PATTERN, {
    message: 'must be 1 to 63 letters a-z, digits and hyphens, and not begin with a hyphen',
    abort: true,
  })
  .refine(isSlug, 'must not look like an id')
  .meta({
    description: 'The name in URLs and subdomains; reserved ones are refused.',
    example: 'acme',
  })

const name = z.string().trim().min(1).max(limits.text.name).meta({ example: 'Acme' })

/** Keys of settings to change. */
export const settingsPatch = z
  .record(z.string().max(64), z.unknown())
  .meta({ description: 'Keys to change; null goes back to the default.', example: {} })

/** Settings with their defaults. */
export const settingsSchema = z.record(z.string(), z.unknown()).meta({ example: {} })
const version = z.number().int().meta({ description: 'Grows with every change.', example: 1 })
/** The slug of a module. */
export const moduleSlug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/)
  .meta({ example: 'blog' })

/** A tenant as its administrators and the operators see it. */
export const tenantSchema = z
  .object({
    id: idSchema,
    slug: z.string().meta({ example: 'acme' }),
    name: z.string().meta({ example: 'Acme' }),
    status: z.enum(['active', 'suspended', 'deleting']),
    isControl: z.boolean().meta({ description: 'Whether its operators manage tenants.' }),
    defaultLocale: z.string().meta({ example: 'en' }),
    settings: settingsSchema,
    version,
    createdAt: instant,
    updatedAt: instant,
    deletionRequestedAt: instant.nullable(),
  })
  .meta({ id: 'Tenant', description: 'A site, shop or community.' })
export type TenantDto = z.infer<typeof tenantSchema>

export const tenantPage = pageOf(tenantSchema).meta({ id: 'TenantPage' })

export const listTenantsQuery = pageQuery.extend({
  status: z.enum(['active', 'suspended', 'deleting']).optional(),
})
export type ListTenants = z.infer<typeof listTenantsQuery>

export const createTenantBody = z
  .strictObject({
    slug,
    name,
    defaultLocale: localeSchema.default('en'),
    modules: z
      .array(moduleSlug)
      .max(100)
      .optional()
      .meta({ description: 'Optional modules to switch on; every one when absent.' }),
    shard: z
      .string()
      .max(63)
      .default(PRIMARY_SHARD)
      .meta({ description: 'The database that keeps the tenant; it cannot be changed.' }),
  })
  .meta({ id: 'CreateTenant' })
export type CreateTenant = z.infer<typeof createTenantBody>

export const updateTenantBody = z
  .strictObject({
    name: name.optional(),
    defaultLocale: localeSchema.optional(),
    settings: settingsPatch.optional(),
  })
  .meta({ id: 'UpdateTenant' })
export type UpdateTenant = z.infer<typeof updateTenantBody>

export const tenantParams = z.strictObject({ tenantId: idSchema })
