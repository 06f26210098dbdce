import * as z from 'zod'
import { defineEvent } from '../../kernel/events.ts'
import { idSchema } from '../../kernel/schemas.ts'

const tenantId = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
const shared = {
  version: 1,
  since: '0.1.0',
  schema: z.object({ tenantId: idSchema, rows: z.int(), objects: z.int() }),
  example: { tenantId, rows: 1_204, objects: 12 },
} as const

export const exportFinished = defineEvent({
  ...shared,
  type: 'transfer.export.finished',
  description: 'An export of a tenant is complete. Told in the control tenant.',
})

export const importFinished = defineEvent({
  ...shared,
  type: 'transfer.import.finished',
  description: 'A tenant was filled from an export and is active. Told in the control tenant.',
})
