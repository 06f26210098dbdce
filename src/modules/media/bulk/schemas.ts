import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { idSchema, instant } from '../../../kernel/schemas.ts'
import { assetFilter, visibility } from '../assets/index.ts'

const { media } = limits

export const BULK_ACTIONS = [
  'move',
  'tag',
  'untag',
  'trash',
  'restore',
  'purge',
  'visibility',
] as const
const action = z.enum(BULK_ACTIONS)

/** What an action needs to be told. */
const NEEDS: Partial<Record<BulkAction, 'folderId' | 'tags' | 'visibility'>> = {
  move: 'folderId',
  tag: 'tags',
  untag: 'tags',
  visibility: 'visibility',
}

export const startBulkBody = z
  .strictObject({
    action,
    ids: z.array(idSchema).min(1).max(media.bulk.ids).optional(),
    filter: assetFilter
      .optional()
      .meta({ description: 'In place of ids; of the trash when the action is about that.' }),
    folderId: idSchema
      .nullable()
      .optional()
      .meta({ description: 'Where to `move`; null for none.' }),
    tags: z
      .array(z.string().trim().min(1).max(media.tag))
      .min(1)
      .max(media.tags)
      .optional()
      .meta({ description: 'For `tag` and `untag`.' }),
    visibility: visibility.optional(),
    force: z
      .boolean()
      .default(false)
      .meta({ description: 'Also assets that something shows, for `trash` and `purge`.' }),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    message: 'must have either ids or filter',
  })
  .superRefine((input, ctx) => {
    const needed = NEEDS[input.action]
    if (needed !== undefined && input[needed] === undefined)
      ctx.addIssue({ code: 'custom', path: [needed], message: 'is missing' })
  })
  .meta({ id: 'StartMediaBulk' })

export const bulkSchema = z
  .object({
    id: idSchema.meta({ description: 'That of its job, too.' }),
    action,
    state: z.enum(['queued', 'running', 'done', 'dead', 'cancelled']),
    total: z.int().nullable().meta({ description: 'Null for a filter.' }),
    done: z.int(),
    refused: z.int(),
    refusals: z
      .array(z.object({ assetId: idSchema, code: z.string(), detail: z.string() }))
      .meta({ description: 'The first 100.' }),
    error: z.string().nullable().meta({ description: 'Why the last try has ended.' }),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'MediaBulk', description: 'A change of many assets.' })

export type BulkAction = z.infer<typeof action>
export type BulkInput = z.infer<typeof startBulkBody>
export type BulkDto = z.infer<typeof bulkSchema>
