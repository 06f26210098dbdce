import type { RequestContext } from '../../../../kernel/context.ts'
import type { Cookies } from '../../../../kernel/cookies.ts'
import { AppError } from '../../../../kernel/errors.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { originRefused } from '../../errors.ts'
import type { SignedIn } from '../../types.ts'
import type { SignedInAnswer } from '../types.ts'

/** The cookies of the caller's page. Throws `auth.origin_refused` for a page that may not use them. */
export function requireJar({ cookies }: Pick<RequestContext, 'cookies'>): Cookies {
  if (!cookies) throw new AppError(originRefused)
  return cookies
}

/** Puts the tokens into the jar where there is one, and leaves them out of the answer. */
export function handOver(
  { settings }: Pick<Deps, 'settings'>,
  { accessToken, refreshToken, tokenType, ...told }: SignedIn,
  jar: Cookies | undefined,
): SignedInAnswer {
  if (!jar) return { accessToken, refreshToken, tokenType, ...told }
  jar.set('access', accessToken, told.expiresIn)
  jar.set('refresh', refreshToken, settings.sessionIdleSeconds)
  return told
}

/** New tokens for a caller who has signed in already: by cookie for whoever is known by one. */
export function handOverAgain(
  deps: Pick<Deps, 'settings'>,
  { cookies }: Pick<RequestContext, 'cookies'>,
  signedIn: SignedIn,
): SignedInAnswer {
  const isByCookie = cookies?.get('access') !== undefined
  return handOver(deps, signedIn, isByCookie ? cookies : undefined)
}

/** Takes back the cookies that the page has. */
export function takeBackCookies({ cookies }: Pick<RequestContext, 'cookies'>): void {
  for (const name of ['access', 'refresh'])
    if (cookies?.get(name) !== undefined) cookies.set(name, '', 0)
}
