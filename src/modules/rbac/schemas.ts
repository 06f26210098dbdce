import * as z from 'zod'
import { pageOf } from '../../kernel/schemas.ts'

export const roleSlug = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a role slug')
  .meta({ description: 'The role within its tenant.', example: 'manager' })

export const roleSchema = z
  .object({
    slug: roleSlug,
    name: z.string(),
    isSystem: z
      .boolean()
      .meta({ description: 'True for the roles that every tenant starts with.' }),
    version: z.int(),
    permissions: z.array(z.string()).meta({
      description: '`resource:action`; with `:own` for the holder’s own items only.',
      example: ['posts:create', 'posts:update:own'],
    }),
  })
  .meta({ id: 'Role', description: 'A named set of permissions.' })

export const permissionSchema = z
  .object({
    name: z.string().meta({ example: 'posts:publish' }),
    description: z.string(),
    module: z.string(),
    roles: z.array(roleSlug).meta({ description: 'Roles that hold it for every item.' }),
    ownRoles: z
      .array(roleSlug)
      .meta({ description: 'Roles that hold it for their own items only.' }),
  })
  .meta({ id: 'Permission', description: 'A permission and the roles that hold it.' })

export const rolePage = pageOf(roleSchema).meta({ id: 'RolePage' })
export const permissionPage = pageOf(permissionSchema).meta({ id: 'PermissionPage' })
export const roleParams = z.strictObject({ slug: roleSlug })
