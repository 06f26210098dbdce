import { env } from 'cloudflare:workers'
import { newOneTimeToken } from '../../../src/modules/auth/one-time-tokens/index.ts'
import type { Example, Examples } from './example.ts'
import type { House } from './house.ts'

const INVITATIONS = '/api/v1/auth/invitations'

/** An open invitation of an administrator. */
export async function makeInvitation(
  house: House,
): Promise<{ readonly id: string; readonly version: number }> {
  const body = { email: `${house.name()}@people.example`, roles: ['customer'] }
  const admin = await house.as('admin')
  const made = await admin.json<{ id: string; version: number }>('POST', INVITATIONS, { body })
  house.made.add(made.id)
  return made
}

/** A call of every operation of the room `invitations` of `auth`. */
export const invitationExamples: Examples = {
  createInvitation: async (house) => ({
    as: await house.as('admin'),
    body: { email: `${house.name()}@people.example`, name: 'Ada Lovelace', roles: ['customer'] },
  }),
  listInvitations: async (house) => ({
    as: await house.as('admin'),
    query: { state: 'pending' },
  }),
  getInvitation: onInvitation,
  resendInvitation: onInvitation,
  revokeInvitation: onInvitation,
  acceptInvitation: async (house) => ({
    as: house.home.anonymous,
    body: {
      token: await invitationToken(house),
      name: 'Ada Lovelace',
      password: 'three blind mice run',
    },
  }),
  renewInvitation: async (house) => ({
    as: house.home.anonymous,
    body: { token: await invitationToken(house) },
  }),
}

async function onInvitation(house: House): Promise<Example> {
  const { id } = await makeInvitation(house)
  return { as: await house.as('admin'), params: { id } }
}

/** A token of a new invitation, as the link of its mail carries one. */
async function invitationToken(house: House): Promise<string> {
  const { id: subjectId, version } = await makeInvitation(house)
  const { token, writes } = await newOneTimeToken(house.home.deps(), await house.home.system(), {
    purpose: 'invitation',
    subjectId,
    boundTo: String(version),
  })
  for (const { statement } of writes) {
    await env.DB.prepare(statement.sql)
      .bind(...statement.params)
      .run()
  }
  return token
}
