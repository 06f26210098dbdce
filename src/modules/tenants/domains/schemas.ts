import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { instant, pageOf } from '../../../kernel/schemas.ts'
import { isPublicHost, originOf } from '../domain.ts'
import { tenantParams } from '../schemas.ts'

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

export const domainSchema = z
  .object({
    host: z.string().meta({ example: 'shop.example.com' }),
    verificationToken: z.string().meta({
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
export const tenantDomainParams = tenantParams.extend({ host })

export const originsBody = z
  .strictObject({ origins: z.array(origin).max(limits.tenant.origins) })
  .meta({ id: 'SetTenantOrigins' })
export const originsSchema = z
  .object({ origins: z.array(z.string().meta({ example: 'https://shop.example.com' })) })
  .meta({ id: 'TenantOrigins', description: 'Browser origins that may call the API (CORS).' })
export type OriginsDto = z.infer<typeof originsSchema>
