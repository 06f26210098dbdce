import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { idSchema } from '../../../kernel/schemas.ts'
import { grantSchema, roleSlug } from '../schemas.ts'

const word = z.string().min(1).max(limits.rbac.word)
const permission = word.meta({ example: 'posts:update' })
const type = word.meta({ description: 'The kind of item.', example: 'blog.post' })

/** What a caller asks about itself. */
export const canQuery = z
  .strictObject({
    permission,
    type: type.optional(),
    itemId: idSchema.optional().meta({ description: 'The item; without one, any item.' }),
  })
  .refine(({ type: kind, itemId }) => (kind === undefined) === (itemId === undefined), {
    path: ['itemId'],
    message: 'goes with a type',
  })

export const canResult = z
  .object({ allowed: z.boolean() })
  .meta({ id: 'Permitted', description: 'Whether the caller may.' })

export const explainBody = z
  .strictObject({
    permission,
    userId: idSchema.optional().meta({ description: 'Another user than the caller.' }),
    item: z
      .strictObject({
        type: type.optional(),
        id: idSchema.optional(),
        ownerId: idSchema.nullable().optional(),
        status: word.optional(),
        fields: z.array(word).max(limits.rbac.words).optional(),
      })
      .optional()
      .meta({ description: 'An item by type and id, or by what rules look at.' }),
  })
  .meta({ id: 'Explain' })

export const explanationSchema = z
  .object({
    permission: z.string(),
    allowed: z.boolean(),
    because: z.string().meta({ example: 'draft_editor allows it.' }),
    grants: z
      .array(
        z.object({
          role: roleSlug,
          grant: grantSchema,
          outcome: z
            .enum(['allows', 'depends', 'other_owner', 'other_status', 'field_masked'])
            .meta({ description: '`depends` on the item, when none is named.' }),
          detail: z.string(),
        }),
      )
      .meta({ description: 'What the user’s roles say of the permission, one by one.' }),
  })
  .meta({ id: 'Explanation', description: 'Whether a user may, and why.' })

export type CanInput = z.infer<typeof canQuery>
export type ExplainInput = z.infer<typeof explainBody>
export type Explanation = z.infer<typeof explanationSchema>
