import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'
import { idSchema, instant, localeSchema, pageOf, pageQuery } from '../../kernel/schemas.ts'
import { SLUG_PATTERN, isPublicHost, isSlug, isTimeZone, originOf } from './domain.ts'

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

const host = z
  .string()
  .trim()
  .toLowerCase()
  .max(limits.tenant.host)
  .refine(isPublicHost, 'must be a domain name such as shop.example.com')
  .meta({ description: 'A domain name without port.', example: 'shop.example.com' })

const origin = z
  .string()
  .max(limits.text.url)
  .transform((text, ctx) => {
    const parsed = originOf(text)
    if (parsed !== undefined) return parsed
    ctx.addIssue('must be https://host or https://host:port; http is for localhost')
    return z.NEVER
  })
  .meta({ description: 'Scheme, host and port.', example: 'https://shop.example.com' })

const settingsPatch = z
  .record(z.string().max(64), z.unknown())
  .meta({ description: 'Keys to change; null goes back to the default.', example: {} })

const settings = z.record(z.string(), z.unknown()).meta({ example: {} })
const version = z.number().int().meta({ description: 'Grows with every change.', example: 1 })
const moduleSlug = z
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
    settings,
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

export const domainSchema = z
  .object({
    host: z.string().meta({ example: 'shop.example.com' }),
    verificationToken: z
      .string()
      .meta({
        description: 'The value of the TXT record `_rustok.<host>`, checked by an operator.',
      }),
    verifiedAt: instant.nullable(),
    createdAt: instant,
  })
  .meta({ id: 'TenantDomain', description: 'A host that leads to the tenant once it is verified.' })
export type DomainDto = z.infer<typeof domainSchema>

export const domainPage = pageOf(domainSchema).meta({ id: 'TenantDomainPage' })
export const addDomainBody = z.strictObject({ host }).meta({ id: 'AddTenantDomain' })
export const domainParams = z.strictObject({ host })
export const tenantDomainParams = z.strictObject({ tenantId: idSchema, host })

export const originsBody = z
  .strictObject({ origins: z.array(origin).max(limits.tenant.origins) })
  .meta({ id: 'SetTenantOrigins' })
export const originsSchema = z
  .object({ origins: z.array(z.string().meta({ example: 'https://shop.example.com' })) })
  .meta({ id: 'TenantOrigins', description: 'Browser origins that may call the API (CORS).' })
export type OriginsDto = z.infer<typeof originsSchema>

export const tenantLocaleSchema = z
  .object({
    code: z.string().meta({ example: 'de' }),
    fallback: z.string().nullable().meta({ example: 'en' }),
    isDefault: z.boolean(),
  })
  .meta({ id: 'TenantLocale' })
export type TenantLocaleDto = z.infer<typeof tenantLocaleSchema>

export const localePage = pageOf(tenantLocaleSchema).meta({ id: 'TenantLocalePage' })
export const putLocaleBody = z
  .strictObject({ fallback: localeSchema.nullable().default(null) })
  .meta({ id: 'PutTenantLocale' })
export const localeParams = z.strictObject({ locale: localeSchema })

export const moduleSchema = z
  .object({
    slug: z.string().meta({ example: 'blog' }),
    title: z.string().meta({ example: 'Blog' }),
    kind: z.enum(['core', 'optional']),
    enabled: z.boolean(),
    dependsOn: z.array(z.string()),
    settings,
    settingsSchema: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'JSON Schema of the settings; null when there are none.' }),
  })
  .meta({ id: 'TenantModule', description: 'A module as the tenant has it.' })
export type ModuleDto = z.infer<typeof moduleSchema>

export const modulePage = pageOf(moduleSchema).meta({ id: 'TenantModulePage' })
export const moduleParams = z.strictObject({ module: moduleSlug })
export const configureModuleBody = z
  .strictObject({ settings: settingsPatch })
  .meta({ id: 'ConfigureTenantModule' })

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
  roles: z.record(z.string(), z.array(z.string())),
  settings: z.record(z.string(), z.unknown()),
})
