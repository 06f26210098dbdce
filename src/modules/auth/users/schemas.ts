import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { pageQuery } from '../../../kernel/schemas.ts'
import { roleSlug } from '../../rbac/index.ts'
import { emailSchema, nameSchema, rolesSchema, statusSchema } from '../schemas.ts'

export const rolesInput = z.strictObject({ roles: rolesSchema }).meta({ id: 'UserRolesInput' })

export const updateUserInput = z
  .strictObject({
    status: statusSchema.optional(),
    name: nameSchema.optional(),
    email: emailSchema.optional(),
  })
  .meta({
    id: 'UpdateUserInput',
    description: 'What is left out stays. Another address has to be verified again.',
  })

export const usersQuery = pageQuery.extend({
  status: statusSchema.optional(),
  role: roleSlug.optional(),
  search: z
    .string()
    .trim()
    .min(1)
    .max(limits.account.email)
    .optional()
    .meta({
      description: `How the address or the name begins, in upper or lower case. It reaches the first ${limits.users.searched} addresses and names.`,
      example: 'ada',
    }),
})
