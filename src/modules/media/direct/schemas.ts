import * as z from 'zod'
import { idSchema, instant } from '../../../kernel/schemas.ts'
import { uploadQuery } from '../uploads/index.ts'

export const directBody = uploadQuery.extend({
  bytes: z.int().min(1).meta({ description: 'Of the file.' }),
  mediaType: z
    .string()
    .regex(/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/, 'must be a media type such as image/png')
    .meta({ description: 'That it is sent with; the bytes decide.', example: 'image/png' }),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
    .optional()
    .meta({ description: 'Of the bytes; others are refused.' }),
})

export type DirectInput = z.infer<typeof directBody>

export const directSchema = z
  .object({
    id: idSchema.meta({ description: 'Also of the asset that it becomes.' }),
    request: z.object({
      method: z.enum(['GET', 'PUT']),
      url: z.string(),
      headers: z.record(z.string(), z.string()).meta({ description: 'To be sent as they are.' }),
      expiresAt: instant,
    }),
    expiresAt: instant.meta({ description: 'Until when it can be completed.' }),
  })
  .meta({ id: 'MediaDirectUpload', description: 'A request that puts a file into the store.' })

export type DirectDto = z.infer<typeof directSchema>
