import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'

const module = z.object({ module: z.string() })

const since = '0.1.0'

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

export const moduleEvents = [moduleEnabled, moduleDisabled, moduleConfigured]
