import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'
import { idSchema, instant, localeSchema } from '../../kernel/schemas.ts'
import { isStorageKey } from '../../kernel/storage-key.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)
const tenantName = z.string().trim().min(1).max(limits.tenant.slug)

/** A file of an export: lines of JSON. */
const partSchema = z.strictObject({ rows: count, sha256 })
export type Part = z.infer<typeof partSchema>

/** The files of a table, or of the list of objects; `sha256` is over those of the files. */
const filesSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/),
  rows: count,
  sha256,
  parts: z.array(partSchema).max(100_000),
})
export type Files = z.infer<typeof filesSchema>

/** What an export says of itself; it is there when all files are. */
export const manifestSchema = z
  .strictObject({
    format: z.literal(1),
    schema: sha256.meta({ description: 'Of the tables with their columns.' }),
    exportedAt: instant,
    tenant: z.strictObject({
      id: idSchema,
      slug: z.string().max(limits.tenant.slug),
      name: z.string().min(1).max(limits.text.name),
      defaultLocale: localeSchema,
      settings: z.record(z.string().max(64), z.union([z.string(), z.number(), z.boolean()])),
    }),
    person: idSchema.optional().meta({ description: 'The user whose data it has alone.' }),
    tables: z.array(filesSchema).max(1_000),
    leftOut: z.record(z.string(), z.string()).meta({ description: 'Tables, and why.' }),
    objects: filesSchema,
    isExact: z
      .boolean()
      .meta({ description: 'Whether nothing was changed in the tenant meanwhile.' }),
  })
  .meta({ id: 'TransferManifest', description: 'An export of a tenant.' })
export type Manifest = z.infer<typeof manifestSchema>

/** A line of the list of objects. */
export const objectLine = z.strictObject({
  /** Without the tenant's id. */
  key: z.string().min(1).max(limits.storage.key),
  size: count,
  sha256,
})
export type ObjectLine = z.infer<typeof objectLine>

/** How far an export is. */
export const exportState = z.object({
  schema: sha256,
  /** The newest audit entry at the beginning. */
  since: z.string(),
  done: z.array(filesSchema),
  parts: z.array(partSchema),
  /** The key of the last row, or where the list of objects goes on. */
  after: z.array(z.union([z.string(), z.number(), z.null()])).nullable(),
})
export type ExportState = z.infer<typeof exportState>

/** What the export job is given. */
export const exportPayload = z.object({
  tenantId: idSchema,
  /** The empty tenant that it is for. */
  into: idSchema.optional(),
})
export type ExportPayload = z.infer<typeof exportPayload>

/** What the import job is given. */
export const importPayload = z.object({ exportId: idSchema, tenantId: idSchema })
export type ImportPayload = z.infer<typeof importPayload>

/** What the job is given that removes an export. */
export const forgetPayload = z.object({ exportId: idSchema })
export type ForgetPayload = z.infer<typeof forgetPayload>

export const exportInput = z.strictObject({
  target: tenantName.meta({ description: 'Id or slug of the tenant.' }),
})

const target = tenantName.meta({ description: 'Id or slug of a tenant that is empty.' })
export const importInput = z.strictObject({ exportId: idSchema, target })
export const cloneInput = z.strictObject({ source: exportInput.shape.target, target })

/** A transfer that has been started. */
export const startedSchema = z.object({
  id: idSchema.meta({ description: 'Of the export or import, which is that of its job.' }),
  tenantId: idSchema.meta({ description: 'The tenant that is read or filled.' }),
})
export type Started = z.infer<typeof startedSchema>

const state = z.enum(['queued', 'running', 'done', 'dead', 'cancelled'])

/** An export or an import as operators see it. */
export const transferSchema = z
  .object({
    id: idSchema,
    kind: z.enum(['export', 'import']),
    tenantId: idSchema,
    state,
    progress: z.int().meta({ description: 'Percent.' }),
    error: z.string().nullable().meta({ description: 'Why the last try has ended.' }),
    createdAt: instant,
    finishedAt: instant.nullable(),
    manifest: manifestSchema.nullable().meta({ description: 'Of a complete export.' }),
  })
  .meta({ id: 'Transfer', description: 'An export or an import of a tenant.' })
export type Transfer = z.infer<typeof transferSchema>

/** Names a file of an export. */
export const fileQuery = z.strictObject({
  name: z
    .string()
    .regex(/^(manifest\.json|[a-z][a-z0-9_]{0,62}\/\d{6}\.ndjson|content\/.{1,900})$/)
    .refine((name) => isStorageKey(`t/${name}`), 'must be a name that the store takes')
    .meta({
      description: '`manifest.json`, a part of a table, or an object below `content/`.',
      example: 'manifest.json',
    }),
})

/** Where a file can be fetched for a while. */
export const fileLink = z
  .object({
    name: z.string(),
    size: z.int(),
    url: z.string().nullable().meta({ description: 'Null where the store signs no requests.' }),
    expiresAt: instant.nullable(),
  })
  .meta({ id: 'TransferFile', description: 'A file of an export.' })
export type FileLink = z.infer<typeof fileLink>
