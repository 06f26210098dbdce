import * as z from 'zod'
import { localeSchema, pageOf } from '../../../kernel/schemas.ts'

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
