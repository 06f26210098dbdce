import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'

/** Whom to erase. */
export const eraseInput = z
  .strictObject({
    target: z
      .string()
      .max(limits.tenant.slug)
      .optional()
      .meta({ description: 'Id or slug; each tenant whose time has come when absent.' }),
    now: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether the named tenant has no time left to be restored.' }),
  })
  .refine(({ target, now }) => target !== undefined || !now, {
    path: ['target'],
    message: 'must be named to be erased at once',
  })
export type EraseInput = z.infer<typeof eraseInput>

/** How far the erasure of a tenant is; kept in place of the tenant's settings. */
export const progressSchema = z.object({
  /** Rows by table. */
  erased: z.record(z.string(), z.number()),
  /** Who has begun before the grace period was over. */
  graceSkippedBy: z.string().nullable(),
})
export type ErasureProgress = z.infer<typeof progressSchema>

/** What the job is given that looks for late rows. */
export const lateSchema = z.object({ tenantId: z.string(), shard: z.string() })
export type LateErasure = z.infer<typeof lateSchema>
