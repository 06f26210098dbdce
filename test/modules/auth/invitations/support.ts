import type { Invitation } from '../../../../src/modules/auth/invitations/types.ts'
import { OTHER_PASSWORD, lastMailTo, tokenIn } from '../account/support.ts'
import { type Answer, type AuthWorld, createAuthWorld } from '../support.ts'

export const INVITATIONS = '/api/v1/auth/invitations'

/** A tenant with an administrator who invites people. */
export interface Host {
  readonly world: AuthWorld
  readonly admin: string
  /** Invites an address of this name. */
  invite(name: string, roles?: string[], token?: string): Promise<Answer<Invitation>>
  /** The address of that name. */
  at(name: string): string
  /** The token of the newest mail to the name. */
  tokenOf(name: string): Promise<string>
  accept(token: string, body?: object): Promise<Answer>
  /** Does something with an invitation. */
  on(id: string, action: 'resend' | 'revoke', token?: string): Promise<Answer<Invitation>>
  renew(token: string): Promise<Answer>
}

export async function createHost(): Promise<Host> {
  const world = await createAuthWorld()
  const admin = (await world.login('admin')).accessToken
  const at = (name: string) => `${name}@${world.slug}.example`
  return {
    world,
    admin,
    at,
    invite: (name, roles = ['manager'], token = admin) =>
      world.call('POST', INVITATIONS, { token, body: { email: at(name), roles } }),
    tokenOf: async (name) => tokenIn(await lastMailTo(world, at(name))),
    accept: (token, body = {}) =>
      world.call('POST', `${INVITATIONS}/accept`, {
        body: { token, name: 'Grace', password: OTHER_PASSWORD, ...body },
      }),
    on: (id, action, token = admin) =>
      world.call('POST', `${INVITATIONS}/${id}/${action}`, { token }),
    renew: (token) => world.call('POST', `${INVITATIONS}/renew`, { body: { token } }),
  }
}

export const MINUTE = 60_000
export const DAY = 86_400_000
