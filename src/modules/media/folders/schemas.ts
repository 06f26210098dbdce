import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { idSchema } from '../../../kernel/schemas.ts'

const name = z
  .string()
  .trim()
  .min(1)
  .max(limits.media.folderName)
  .regex(/^[^/\\\p{Cc}]+$/u, 'must not hold slashes or control characters')

export const folderSchema = z
  .object({
    id: idSchema,
    parentId: idSchema.nullable(),
    name: z.string(),
    version: z.int(),
  })
  .meta({ id: 'MediaFolder', description: 'A place in the tree of folders.' })
export const folderListSchema = z.object({ items: z.array(folderSchema), nextCursor: z.null() })
export const createFolderBody = z
  .strictObject({ name, parentId: idSchema.nullable().optional() })
  .meta({ id: 'CreateMediaFolder' })
export const updateFolderBody = createFolderBody.partial().meta({ id: 'UpdateMediaFolder' })

export type FolderDto = z.infer<typeof folderSchema>
export type CreateFolderInput = z.infer<typeof createFolderBody>
export type UpdateFolderInput = z.infer<typeof updateFolderBody>
