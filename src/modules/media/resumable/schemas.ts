import * as z from 'zod'
import { toRfc3339 } from '../../../kernel/clock.ts'
import { idSchema, instant } from '../../../kernel/schemas.ts'
import type { Waiting } from '../waiting/index.ts'

export const resumableSchema = z
  .object({
    id: idSchema.meta({ description: 'Also of the asset that it becomes.' }),
    offset: z.int().meta({ description: 'Bytes that need not be sent again.' }),
    length: z.int(),
    expiresAt: instant,
    metadata: z.string().optional().meta({ description: '`Upload-Metadata` as it came.' }),
    assetId: idSchema.nullable().meta({ description: 'When the asset is there.' }),
  })
  .meta({ id: 'MediaResumableUpload', description: 'A file that comes in pieces (tus 1.0.0).' })

export type ResumableDto = z.infer<typeof resumableSchema>

/** An upload as the API tells of it. */
export function presentUpload({
  id,
  state,
  arrived,
  bytes,
  expiresAt,
  said,
}: Waiting): ResumableDto {
  return {
    id,
    offset: arrived,
    length: bytes,
    expiresAt: toRfc3339(expiresAt),
    ...(said.metadata === undefined ? {} : { metadata: said.metadata }),
    assetId: state === 'done' ? id : null,
  }
}
