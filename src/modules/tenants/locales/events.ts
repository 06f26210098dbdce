import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'

const locale = z.object({ code: z.string(), fallback: z.string().nullable() })

const since = '0.1.0'

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

export const localeEvents = [localeSaved, localeRemoved]
