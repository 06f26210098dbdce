import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'
import { idSchema, instant, lineOf, pageOf } from '../../kernel/schemas.ts'
import { roleSlug } from '../rbac/index.ts'

/** What a tenant decides of this module. */
export const authSettings = z.object({
  registrationEnabled: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether strangers may make an account.' }),
  emailVerification: z
    .enum(['optional', 'required'])
    .default('optional')
    .meta({ description: 'Whether nobody may log in before the address is verified.' }),
  accountUrl: z
    .union([
      z.literal(''),
      z
        .url({ protocol: /^https$/ })
        .max(limits.text.url)
        .regex(/^[^?#]*$/),
    ])
    .default('')
    .meta({
      description:
        'Where the links of mails lead: `/verify`, `/reset`, `/email` and `/invitation` below it. The platform’s own pages when empty.',
      example: 'https://shop.example/account',
    }),
  secondFactor: z
    .object({
      policy: z.enum(['off', 'optional', 'required']).default('optional').meta({
        description: 'Whether users can have a second factor, and whether all must.',
      }),
      requiredRoles: z
        .array(roleSlug)
        .max(limits.rbac.roles)
        .default([])
        .meta({ description: 'Roles whose users must where it is optional for others.' }),
    })
    .default({ policy: 'optional', requiredRoles: [] }),
})

export type AuthSettings = z.infer<typeof authSettings>

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

export const nameSchema = lineOf(limits.text.name)
  .normalize('NFC')
  .meta({ example: 'Ada Lovelace' })

export const rolesSchema = z
  .array(roleSlug)
  .min(1)
  .max(limits.account.roles)
  .meta({ example: ['manager'] })
export const statusSchema = z.enum(['active', 'disabled'])

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

export const userSchema = z
  .object({
    id: idSchema,
    email: z.string(),
    emailVerified: z.boolean(),
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
      .meta({ description: 'Each for some items at least.', example: ['posts:read'] }),
  })
  .meta({ id: 'Me', description: 'The caller.' })

export const signedInSchema = z
  .object({
    accessToken: z
      .string()
      .optional()
      .meta({ description: 'A JWT (RFC 9068), sent as `Authorization: Bearer`.' }),
    refreshToken: z
      .string()
      .optional()
      .meta({ description: 'Good for one refresh; keep it secret.' }),
    tokenType: z.literal('Bearer').optional(),
    expiresIn: z.int().meta({ description: 'Seconds that the access token lives.', example: 900 }),
    user: signedInUser,
    secondFactor: z.literal('enrolment_required').optional().meta({
      description: 'The tenant asks for a second factor: the roles count once it is on.',
    }),
  })
  .meta({ id: 'SignedIn', description: 'Without tokens in cookie mode: they are in cookies.' })

export const registeredSchema = z
  .object({ status: z.literal('accepted') })
  .meta({ id: 'Registered', description: 'Says nothing about whether the address was known.' })

export const jwksSchema = z
  .object({ keys: z.array(z.record(z.string(), z.unknown())) })
  .meta({ id: 'JwkSet', description: 'The public keys of access tokens (RFC 7517).' })
