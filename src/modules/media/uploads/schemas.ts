import * as z from 'zod'
import { idSchema } from '../../../kernel/schemas.ts'
import { fileName, visibility } from '../assets/index.ts'

/** What is said of a file with its bytes: in the query, or in the fields of a form. */
export const uploadQuery = z.strictObject({
  name: fileName.optional(),
  folderId: idSchema.optional(),
  visibility: visibility.optional(),
})

export type UploadInput = z.infer<typeof uploadQuery>
