import * as z from 'zod'

/** What a tenant decides of its audit log. */
export const auditSettings = z.object({
  retentionDays: z.int().min(30).max(3_650).default(365).meta({
    description: 'Days that entries are kept.',
  }),
})

/** A log to be verified. */
export const verifyInput = z.strictObject({
  slug: z.string().min(1).max(63).optional().meta({
    description: 'Slug of another tenant, or `deployment`; for operators of the control tenant.',
  }),
  receipt: z
    .string()
    .regex(/^\d{1,15}\.[A-Za-z0-9_-]{0,43}$/, 'must be a receipt of an earlier verification')
    .optional()
    .meta({
      description: 'The `receipt` of an earlier run, kept elsewhere: what follows it is verified.',
    }),
})

const verifiedSchema = z
  .object({
    tenantId: z.string(),
    entries: z.int(),
    receipt: z.string().meta({ description: 'Where the verified part ends; keep it elsewhere.' }),
    isComplete: z.boolean().meta({
      description: 'False when the time of one run was over: go on with the receipt.',
    }),
  })
  .meta({ id: 'VerifiedAuditLog', description: 'A part of an audit log that is whole.' })

export type VerifiedLog = z.infer<typeof verifiedSchema>
