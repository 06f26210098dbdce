import * as z from 'zod'
import { idSchema, instant, pageOf, pageQuery } from '../../../kernel/schemas.ts'
import { roleSlug } from '../../rbac/index.ts'
import { tokenInput } from '../account/index.ts'
import { emailSchema, nameSchema, newPasswordSchema, rolesSchema } from '../schemas.ts'

const stateSchema = z
  .enum(['pending', 'accepted', 'revoked', 'expired'])
  .meta({ description: 'A pending one expires by itself.' })

export const createInvitationInput = z
  .strictObject({ email: emailSchema, name: nameSchema.optional(), roles: rolesSchema })
  .meta({ id: 'CreateInvitationInput' })

export const acceptInvitationInput = tokenInput
  .extend({ name: nameSchema, password: newPasswordSchema })
  .meta({ id: 'AcceptInvitationInput' })

export const invitationsQuery = pageQuery.extend({ state: stateSchema.optional() })

export const invitationSchema = z
  .object({
    id: idSchema,
    email: z.string(),
    name: z.string(),
    roles: z.array(roleSlug),
    state: stateSchema,
    invitedBy: idSchema.meta({ description: 'Who sent the last mail.' }),
    userId: idSchema.nullable().meta({ description: 'The account that was made by it.' }),
    version: z.int(),
    expiresAt: instant,
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Invitation', description: 'A wish that somebody may make an account.' })

export const invitationPage = pageOf(invitationSchema).meta({ id: 'InvitationPage' })
export const createdSchema = z.object({ status: z.literal('created') })
