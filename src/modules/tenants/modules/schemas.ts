import * as z from 'zod'
import { pageOf } from '../../../kernel/schemas.ts'
import { moduleSlug, settingsPatch, settingsSchema } from '../schemas.ts'

export const moduleSchema = z
  .object({
    slug: z.string().meta({ example: 'blog' }),
    title: z.string().meta({ example: 'Blog' }),
    kind: z.enum(['core', 'optional']),
    enabled: z.boolean(),
    dependsOn: z.array(z.string()),
    settings: settingsSchema,
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
