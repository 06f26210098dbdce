import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { idSchema, instant, instantInput, pageOf, pageQuery } from '../../../kernel/schemas.ts'

const { action, target, requestId } = limits.audit

export const entrySchema = z
  .object({
    id: idSchema,
    seq: z.int().nullable().meta({
      description: 'Its place in the tenant’s chain; null in the first minute.',
    }),
    occurredAt: instant,
    actor: z.object({
      kind: z.string().meta({ description: '`user`, `system` or `anonymous`.', example: 'user' }),
      id: z.string().nullable().meta({ description: 'A user’s id, or the name of a system.' }),
    }),
    credential: z.string().nullable().meta({
      description: 'By what the actor was known: `session:<id>` or `key:<id>`.',
    }),
    action: z.string().meta({ example: 'blog.post.published' }),
    target: z.object({ type: z.string(), id: z.string() }),
    requestId: z.string(),
    clientAddress: z.string().nullable(),
    changes: z
      .record(z.string(), z.unknown())
      .meta({ description: 'Fields before and after; never a secret.' }),
  })
  .meta({ id: 'AuditEntry', description: 'Who did what to which thing.' })

export type EntryDto = z.infer<typeof entrySchema>

export const entryPage = pageOf(entrySchema).meta({ id: 'AuditEntryPage' })

const time = {
  since: instantInput.optional().meta({ description: 'At this instant or later.' }),
  until: instantInput.optional().meta({ description: 'Before this instant.' }),
}

export const entriesQuery = pageQuery.extend({
  ...time,
  actorId: z.string().min(1).max(target).optional().meta({ description: 'Who did it.' }),
  targetType: z.string().min(1).max(target).optional().meta({ description: 'With `targetId`.' }),
  targetId: z.string().min(1).max(target).optional().meta({ description: 'To which thing.' }),
  requestId: z.string().min(1).max(requestId).optional(),
  action: z
    .string()
    .regex(/^[a-z][a-z0-9_.]*$/, 'must be an action, or the beginning of one')
    .max(action)
    .optional()
    .meta({ description: 'An action, or the beginning of one.', example: 'auth.user.' }),
})

export type EntriesQuery = z.infer<typeof entriesQuery>

export const exportInput = z
  .strictObject({
    ...time,
    cursor: z.string().max(500).optional().meta({
      description: 'The `nextCursor` of the page before, with the same instants.',
    }),
  })
  .meta({ id: 'ExportAuditLog' })

/** An entry with its proof and its link, by which the chain can be followed without the platform. */
const exportedSchema = entrySchema
  .extend({ mac: z.string(), chain: z.string().nullable() })
  .meta({ id: 'ExportedAuditEntry' })

export type ExportedEntry = z.infer<typeof exportedSchema>
