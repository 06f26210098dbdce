import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'
import { networkOf } from '../../kernel/net-address.ts'
import { idSchema, instant, instantInput, lineOf, pageOf } from '../../kernel/schemas.ts'

const { keys } = limits

/** What a tenant decides of this module. */
export const keysSettings = z.object({
  endlessKeys: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether API keys without an end may be made.' }),
})

const name = lineOf(keys.name)
  .normalize('NFC')
  .meta({ description: 'What the key is for.', example: 'Nightly import' })

const scopes = z
  .array(
    z
      .string()
      .max(keys.scope)
      .regex(/^[a-z0-9_-]+:[a-z0-9_-]+$/, 'must be like posts:update'),
  )
  .min(1)
  .max(keys.scopes)
  .transform((list) => [...new Set(list)].sort())
  .meta({
    description: 'Permissions that the maker holds; each reaches as far as the maker’s own.',
    example: ['posts:create', 'posts:update'],
  })

const allowedAddresses = z
  .array(
    z
      .string()
      .max(keys.address)
      .refine((text) => networkOf(text) !== undefined, 'must be an IP address or a network'),
  )
  .max(keys.addresses)
  .transform((list) => [...new Set(list.flatMap((text) => networkOf(text) ?? []))])
  .meta({
    description: 'IPv4 and IPv6, with a prefix length for networks; any address when empty.',
    example: ['192.0.2.7', '2001:db8::/48'],
  })

const expiresAt = instantInput.nullable().meta({
  description: `At most ${keys.maxDays} days away, ${keys.defaultDays} when left out; null for a key without an end, where the tenant allows it.`,
})

export const createKeyBody = z
  .strictObject({
    name,
    scopes,
    expiresAt: expiresAt.optional(),
    allowedAddresses: allowedAddresses.optional(),
  })
  .meta({ id: 'CreateApiKey' })

export const updateKeyBody = z
  .strictObject({
    name: name.optional(),
    scopes: scopes.optional().meta({ description: 'No more than the key has.' }),
    allowedAddresses: allowedAddresses.optional(),
  })
  .meta({ id: 'UpdateApiKey' })

export const rotateKeyBody = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(keys.overlapSeconds)
      .default(keys.defaultOverlapSeconds)
      .meta({ description: 'For how long the key that is replaced works on.' }),
  })
  .meta({ id: 'RotateApiKey' })

export const keySchema = z
  .object({
    id: idSchema,
    prefix: z.string().meta({ description: 'How the key begins.', example: 'rtk_AZMffnwR' }),
    name: z.string(),
    userId: idSchema.meta({ description: 'The maker, by whose roles the key is bounded.' }),
    scopes: z.array(z.string()),
    allowedAddresses: z.array(z.string()),
    expiresAt: instant.nullable().meta({ description: 'The end that was asked for.' }),
    endsAt: instant.nullable().meta({
      description: 'From when on it is dead, by expiry, rotation or revocation.',
    }),
    revokedAt: instant.nullable(),
    replacedBy: idSchema.nullable().meta({ description: 'The key that took its place.' }),
    lastUsedAt: instant.nullable().meta({ description: 'To the minute.' }),
    lastUsedAddress: z.string().nullable(),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'ApiKey', description: 'A key by which a program acts for its maker.' })

export const newKeySchema = keySchema
  .extend({
    key: z.string().meta({
      description: 'The key itself, sent as `Authorization: Bearer`. Shown in this answer only.',
    }),
  })
  .meta({ id: 'NewApiKey' })

export const keyPage = pageOf(keySchema).meta({ id: 'ApiKeyPage' })

export type KeyDto = z.infer<typeof keySchema>
export type NewKeyDto = z.infer<typeof newKeySchema>
export type CreateKeyInput = z.infer<typeof createKeyBody>
export type UpdateKeyInput = z.infer<typeof updateKeyBody>
