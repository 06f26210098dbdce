import * as z from 'zod'
import { StepError } from '../support/main.ts'
import { type Answer, type ApiOptions, type Call, callApi } from './api.ts'

/** Who runs the task: somebody with a password, or the holder of an access token. */
export type Identity =
  | { readonly email: string; readonly password: string }
  | { readonly token: string }

/** Somebody who is signed in to a tenant of a server. */
export interface Session {
  /** Gets JSON of a path. As `post`. */
  readonly get: (path: string) => Promise<Answer>
  /** Posts JSON to a path. Signs in once more when the access token has run out. */
  readonly post: (path: string, body: unknown) => Promise<Answer>
}

const signedIn = z.object({ accessToken: z.string() })

const tenantHeader = (tenant: string | undefined): Record<string, string> =>
  tenant === undefined ? {} : { 'x-tenant-id': tenant }

const signIn = async (
  options: ApiOptions,
  tenant: string | undefined,
  identity: Identity,
): Promise<string> => {
  if ('token' in identity) return identity.token
  const answer = await callApi(options, {
    method: 'POST',
    path: '/api/v1/auth/login',
    headers: tenantHeader(tenant),
    body: identity,
  })
  if (!answer.ok) throw new StepError(`${identity.email} was not signed in: ${answer.problem}`)
  const session = signedIn.safeParse(answer.body)
  if (session.success) return session.data.accessToken
  throw new StepError(
    `${identity.email} has a second factor: sign in and pass the token by --token`,
  )
}

/** Signs in to a tenant, or to the one that the host names. Throws `StepError` when refused. */
export async function openSession(
  options: ApiOptions,
  tenant: string | undefined,
  identity: Identity,
): Promise<Session> {
  let token = await signIn(options, tenant, identity)
  const send = (call: Pick<Call, 'method' | 'path' | 'body'>): Promise<Answer> => {
    const headers = { ...tenantHeader(tenant), authorization: `Bearer ${token}` }
    return callApi(options, { ...call, headers })
  }
  const sendSignedIn: typeof send = async (call) => {
    const answer = await send(call)
    if (answer.status !== 401 || 'token' in identity) return answer
    token = await signIn(options, tenant, identity)
    return send(call)
  }
  return {
    get: (path) => sendSignedIn({ method: 'GET', path }),
    post: (path, body) => sendSignedIn({ method: 'POST', path, body }),
  }
}
