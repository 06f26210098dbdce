import * as z from 'zod'
import { limits } from '../../../kernel/limits.ts'
import { idSchema, instant, pageOf, pageQuery } from '../../../kernel/schemas.ts'
import { emailSchema, signedInSchema } from '../schemas.ts'
import { challengedSchema, factorProof } from '../second-factor/index.ts'

const { passwordMax } = limits.account

const cookies = z.boolean().optional().meta({
  description:
    'For pages: the tokens go into cookies that no script can read, and not into the answer.',
})

export const loginInput = z
  .strictObject({ email: emailSchema, password: z.string().min(1).max(passwordMax), cookies })
  .meta({ id: 'LoginInput' })

export const loggedInSchema = signedInSchema
  .extend({ status: z.literal('signed_in') })
  .meta({ id: 'LoggedIn', description: 'A session. Without tokens in cookie mode.' })

export const completeLoginInput = factorProof
  .extend({ challenge: z.string().min(1).max(limits.secondFactor.challenge), cookies })
  .refine(hasOneProof, { message: 'is needed, or a recovery code', path: ['code'] })
  .meta({ id: 'CompleteLoginInput' })

export const loginAnswer = z.discriminatedUnion('status', [loggedInSchema, challengedSchema])

export const refreshInput = z
  .strictObject({
    refreshToken: z
      .string()
      .min(1)
      .max(limits.account.refreshToken)
      .optional()
      .meta({ description: 'Left out in cookie mode alone.' }),
    cookies,
  })
  .refine((input) => (input.refreshToken === undefined) === (input.cookies === true), {
    message: 'is needed, and not in cookie mode',
    path: ['refreshToken'],
  })
  .meta({ id: 'RefreshInput' })

function hasOneProof(input: { readonly code?: unknown; readonly recoveryCode?: unknown }): boolean {
  return (input.code === undefined) !== (input.recoveryCode === undefined)
}

export const listQuery = pageQuery
export const endInput = z
  .strictObject({ which: z.enum(['others', 'all']) })
  .meta({ id: 'EndSessionsInput' })
export const userSessionParams = z.strictObject({ id: idSchema, sessionId: idSchema })

const device = z.string().nullable().meta({
  description: 'What the client called itself, in few words.',
  example: 'Firefox on Windows',
})
const clientAddress = z.string().nullable().meta({ example: '203.0.113.7' })
const country = z
  .string()
  .nullable()
  .meta({ description: 'ISO 3166-1 alpha-2, where it is known.', example: 'DE' })

const sessionSchema = z
  .object({
    id: idSchema,
    device,
    clientAddress,
    country,
    createdAt: instant,
    lastUsedAt: instant.meta({ description: 'The log-in or the last refresh.' }),
    idleExpiresAt: instant.meta({ description: 'When it ends unless it is used before.' }),
    expiresAt: instant.meta({ description: 'When it ends at the latest.' }),
    isCurrent: z.boolean().meta({ description: 'Whether it is the caller’s own.' }),
  })
  .meta({ id: 'Session', description: 'A log-in that lives.' })

export const sessionPage = pageOf(sessionSchema).meta({ id: 'SessionPage' })

const loginSchema = z
  .object({
    id: idSchema,
    outcome: z.enum(['succeeded', 'failed']),
    sessionId: idSchema.nullable(),
    device,
    clientAddress,
    country,
    createdAt: instant,
  })
  .meta({ id: 'Login', description: 'A log-in, or one that failed.' })

export const loginPage = pageOf(loginSchema).meta({ id: 'LoginPage' })
