import * as z from 'zod'
import { defineEvent } from '../../../kernel/events.ts'

export const tenantErased = defineEvent({
  type: 'tenants.tenant.erased',
  version: 1,
  since: '0.1.0',
  description:
    'Nothing is left of a tenant whose deletion was requested. Told in the control tenant.',
  schema: z.object({ rows: z.number().int() }),
  example: { rows: 1_204 },
})
