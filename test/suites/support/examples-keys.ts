import { readKeyText } from '../../../src/modules/api-keys/domain.ts'
import { findKey, noteKeyUse } from '../../../src/modules/api-keys/index.ts'
import { sha256 } from '../../../src/kernel/digest.ts'
import type { Role } from '../../support/world.ts'
import type { Example, Examples } from './example.ts'
import type { House } from './house.ts'

interface Made {
  readonly id: string
  readonly key: string
}

/** A key of the user of a role. */
export async function makeKey(
  house: House,
  by: Role = 'admin',
  scopes: readonly string[] = ['posts:create'],
): Promise<Made> {
  const client = await house.as(by)
  const made = await client.json<Made>('POST', '/api/v1/keys', { body: { name: 'A key', scopes } })
  house.made.add(made.id)
  return made
}

/** A call about a key, which is revoked afterwards: a user may have so many. */
async function onKey(house: House, by: Role): Promise<Example & { params: { id: string } }> {
  const { id } = await makeKey(house, by)
  return { as: await house.as(by), params: { id }, undo: revokeAll(house, by) }
}

function revokeAll(house: House, by: Role) {
  return async () => {
    const client = await house.as(by)
    const { items } = await client.json<{
      items: { id: string; userId: string; revokedAt: string | null }[]
    }>('GET', '/api/v1/keys?limit=20')
    const mine = items.filter((key) => key.userId === client.userId && key.revokedAt === null)
    for (const { id } of mine) await client.fetch('POST', `/api/v1/keys/${id}/revoke`)
  }
}

/** A call of every operation of `keys`, by the user of a role on a key of its own. */
export function keyExamplesBy(by: Role): Examples {
  return {
    listApiKeys: async (house) => ({ as: await house.as(by) }),
    getApiKey: (house) => onKey(house, by),
    createApiKey: async (house) => ({
      as: await house.as(by),
      body: {
        name: 'Import',
        scopes: ['posts:create'],
        expiresAt: new Date(house.home.clock.now() + 86_400_000).toISOString(),
        allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'],
      },
      undo: revokeAll(house, by),
    }),
    updateApiKey: async (house) => ({
      ...(await onKey(house, by)),
      body: { name: 'Another', scopes: ['posts:create'], allowedAddresses: [] },
    }),
    rotateApiKey: async (house) => ({ ...(await onKey(house, by)), body: { overlapSeconds: 60 } }),
    revokeApiKey: (house) => onKey(house, by),
  }
}

/** A call of every operation of `keys`. */
export const keyExamples: Examples = keyExamplesBy('admin')

/** Reads and writes by a key, and notes the use. */
export async function useKey(house: House): Promise<void> {
  const { home } = house
  const { key } = await makeKey(house, 'admin', ['posts:create', 'users:read'])
  const headers = { authorization: `Bearer ${key}` }
  await home.anonymous.fetch('GET', '/api/v1/auth/users', { headers })
  const body = { title: house.name(), body: 'Text' }
  await home.anonymous.json('POST', '/api/v1/blog/posts', { body, headers })
  const name = readKeyText(key)
  const found = name && (await findKey(home.deps(), name, await sha256(key), home.clock.now()))
  if (found?.kind !== 'live') throw new Error('the key does not live')
  await noteKeyUse(home.deps(), found.record, null, home.clock.now())
}
