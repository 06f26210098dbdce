import * as z from 'zod'
import { idSchema } from '../../../kernel/schemas.ts'
import { transferSchema } from '../schemas.ts'

/** What the job is given that exports what is held on a user. */
export const personPayload = z.object({ userId: idSchema })
export type PersonPayload = z.infer<typeof personPayload>

export const personInput = z.strictObject({ user: idSchema.meta({ description: 'Of the user.' }) })

/** An export of a user that has been started. */
export const startedPersonSchema = z
  .object({ id: idSchema.meta({ description: 'Of the export.' }), userId: idSchema })
  .meta({ id: 'StartedUserExport', description: 'An export of what is held on a user.' })
export type StartedPerson = z.infer<typeof startedPersonSchema>

/** An export of a user. */
export const personExportSchema = transferSchema
  .omit({ kind: true, tenantId: true })
  .extend({ userId: idSchema })
  .meta({ id: 'UserExport', description: 'All that the tenant holds on a user.' })
export type PersonExport = z.infer<typeof personExportSchema>
