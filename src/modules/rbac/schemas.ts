import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'
import { lineOf, linesOf, pageOf } from '../../kernel/schemas.ts'

export const roleSlug = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'must be a role slug')
  .meta({ description: 'The role within its tenant.', example: 'manager' })

const word = z.string().min(1).max(limits.rbac.word)
const words = z.array(word).min(1).max(limits.rbac.words).optional()

const ruleShape = {
  own: z.literal(true).optional().meta({ description: 'One’s own items only.' }),
  statuses: words.meta({ description: 'Items in these statuses only.', example: ['draft'] }),
  fields: words.meta({
    description: 'These fields only: shown by a permission to read, set by one to write.',
    example: ['title', 'body'],
  }),
}

export const grantSchema = z
  .strictObject({ permission: word.meta({ example: 'posts:update' }), ...ruleShape })
  .meta({ id: 'Grant', description: 'A permission, and what narrows it.' })

const shape = {
  name: lineOf(limits.text.name),
  description: linesOf(limits.rbac.description).trim(),
  grants: z
    .array(grantSchema)
    .max(limits.rbac.grants)
    .meta({
      description: 'Several for one permission add up.',
      example: [{ permission: 'posts:update', statuses: ['draft'] }],
    }),
}

export const roleSchema = z
  .object({
    slug: roleSlug,
    ...shape,
    isSystem: z
      .boolean()
      .meta({ description: 'True for the roles that every tenant starts with.' }),
    version: z.int(),
  })
  .meta({ id: 'Role', description: 'A named set of permissions.' })

export const createRoleBody = z
  .strictObject({ slug: roleSlug, ...shape, description: shape.description.default('') })
  .meta({ id: 'CreateRole' })

export const updateRoleBody = z
  .strictObject({
    name: shape.name.optional(),
    description: shape.description.optional(),
    grants: shape.grants.optional().meta({ description: 'In place of all that there are.' }),
  })
  .meta({ id: 'UpdateRole' })

/** A permission and what narrows it, as clients see it. */
export type GrantDto = z.infer<typeof grantSchema>
/** A role as clients see it: of several grants for one permission any suffices. */
export type Role = z.infer<typeof roleSchema>
export type CreateRole = z.infer<typeof createRoleBody>
export type UpdateRole = z.infer<typeof updateRoleBody>

const ruleSpace = z
  .object({
    item: z.string().meta({ example: 'blog.post' }),
    own: z.boolean().optional(),
    statuses: z.array(z.string()).optional(),
    fields: z.array(z.string()).optional(),
  })
  .meta({ id: 'RuleSpace', description: 'What a rule of a permission may name.' })

const permissionSchema = z
  .object({
    name: z.string().meta({ example: 'posts:publish' }),
    description: z.string(),
    module: z.string(),
    rules: ruleSpace.nullable().meta({ description: 'Null when it is held as a whole.' }),
    grants: z
      .array(z.object({ role: roleSlug, ...ruleShape }))
      .meta({ description: 'The roles that hold it, and what narrows it there.' }),
  })
  .meta({ id: 'Permission', description: 'A permission and the roles that hold it.' })

export const rolePage = pageOf(roleSchema).meta({ id: 'RolePage' })
export const permissionPage = pageOf(permissionSchema).meta({ id: 'PermissionPage' })
export const roleParams = z.strictObject({ slug: roleSlug })

/** A declared permission with the roles of the tenant that hold it. */
export type PermissionEntry = z.infer<typeof permissionSchema>
