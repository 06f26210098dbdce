import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'
import { idSchema, instant, pageOf, pageQuery } from '../../kernel/schemas.ts'
import { roleSlug } from '../rbac/index.ts'

/** What a tenant decides of this module. */
export const authSettings = z.object({
  registrationEnabled: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether strangers may make an account.' }),
})

const { email, passwordMin, passwordMax } = limits.account

export const emailSchema = z
  .string()
  .trim()
  .normalize('NFC')
  .toLowerCase()
  .max(email)
  .check(z.email('must be an e-mail address'))
  .meta({ description: 'Upper and lower case are the same.', example: 'ada@example.com' })

/** A password to be set. The rules beyond its length are in `domain.ts`. */
export const newPasswordSchema = z
  .string()
  .min(passwordMin)
  .max(passwordMax)
  .meta({ description: 'Any characters; common ones are refused.', example: 'three blind mice' })

const nameSchema = z
  .string()
  .trim()
  .normalize('NFC')
  .min(1)
  .max(limits.text.name)
  .refine(hasNoControl, 'must have no control characters')
  .meta({ example: 'Ada Lovelace' })

const rolesSchema = z
  .array(roleSlug)
  .min(1)
  .max(limits.account.roles)
  .meta({ example: ['manager'] })
const statusSchema = z.enum(['active', 'disabled'])

export const loginInput = z
  .strictObject({ email: emailSchema, password: z.string().min(1).max(passwordMax) })
  .meta({ id: 'LoginInput' })

export const refreshInput = z
  .strictObject({ refreshToken: z.string().min(1).max(limits.account.refreshToken) })
  .meta({ id: 'RefreshInput' })

export const registerInput = z
  .strictObject({ email: emailSchema, name: nameSchema, password: newPasswordSchema })
  .meta({ id: 'RegisterInput' })

export const createUserInput = z
  .strictObject({
    email: emailSchema,
    name: nameSchema,
    password: newPasswordSchema,
    roles: rolesSchema,
  })
  .meta({ id: 'CreateUserInput' })

export const administratorInput = createUserInput
  .omit({ roles: true })
  .meta({ id: 'CreateAdministratorInput' })
export const tenantParams = z.strictObject({ tenantId: idSchema })

export const statusInput = z.strictObject({ status: statusSchema }).meta({ id: 'UserStatusInput' })
export const rolesInput = z.strictObject({ roles: rolesSchema }).meta({ id: 'UserRolesInput' })
export const usersQuery = pageQuery.extend({ status: statusSchema.optional() })

export const userSchema = z
  .object({
    id: idSchema,
    email: z.string(),
    name: z.string(),
    status: statusSchema.meta({ description: 'Disabled users cannot log in.' }),
    roles: z.array(roleSlug),
    version: z.int(),
    lastLoginAt: instant.nullable(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'User', description: 'Somebody who can log in to the tenant.' })

export const userPage = pageOf(userSchema).meta({ id: 'UserPage' })

const signedInUser = z
  .object({ id: idSchema, email: z.string(), name: z.string(), roles: z.array(roleSlug) })
  .meta({ id: 'SignedInUser' })

export const meSchema = signedInUser
  .extend({
    permissions: z
      .array(z.string())
      .meta({ description: 'With `:own` for one’s own items only.', example: ['posts:read'] }),
  })
  .meta({ id: 'Me', description: 'The caller.' })

export const signedInSchema = z
  .object({
    accessToken: z
      .string()
      .meta({ description: 'A JWT (RFC 9068), sent as `Authorization: Bearer`.' }),
    refreshToken: z.string().meta({ description: 'Good for one refresh; keep it secret.' }),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().meta({ description: 'Seconds that the access token lives.', example: 900 }),
    user: signedInUser,
  })
  .meta({ id: 'SignedIn' })

export const registeredSchema = z
  .object({ status: z.literal('accepted') })
  .meta({ id: 'Registered', description: 'Says nothing about whether the address was known.' })

export const jwksSchema = z
  .object({ keys: z.array(z.record(z.string(), z.unknown())) })
  .meta({ id: 'JwkSet', description: 'The public keys of access tokens (RFC 7517).' })

function hasNoControl(text: string): boolean {
  return Array.from(text).every(
    (character) => character >= ' ' && (character < '\u007f' || character > '\u009f'),
  )
}
