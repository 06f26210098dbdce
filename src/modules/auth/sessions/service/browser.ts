import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { authErrors } from '../../errors.ts'
import type { LoggedIn, LoginAnswer, SignedInAnswer } from '../types.ts'
import { type Completion, type CompletionDeps, completeLogin } from './complete-login.ts'
import { handOver, requireJar, takeBackCookies } from './cookies.ts'
import { type LoginDeps, login } from './login.ts'
import { logout } from './logout.ts'
import { type RefreshDeps, refresh } from './refresh.ts'

/** Where the tokens go: into the answer, or into cookies that no script of the page can read. */
interface Mode {
  readonly cookies?: boolean | undefined
}

/** Logs in as `login` does. In cookie mode throws `auth.origin_refused` before anything is tried. */
export async function signIn(
  deps: LoginDeps,
  ctx: RequestContext,
  { cookies, ...credentials }: Mode & { readonly email: string; readonly password: string },
): Promise<LoginAnswer> {
  const jar = cookies === true ? requireJar(ctx) : undefined
  const answer = await login(deps, ctx, credentials)
  if ('challenge' in answer) return answer
  return { status: 'signed_in', ...handOver(deps, answer, jar) }
}

/** Ends a log-in as `completeLogin` does. Throws as `signIn` in cookie mode. */
export async function signInByCode(
  deps: CompletionDeps,
  ctx: RequestContext,
  { cookies, ...input }: Mode & Completion,
): Promise<LoggedIn> {
  const jar = cookies === true ? requireJar(ctx) : undefined
  return { status: 'signed_in', ...handOver(deps, await completeLogin(deps, ctx, input), jar) }
}

/**
 * Refreshes as `refresh` does, in cookie mode by the cookie. When that is good for nothing the page
 * loses its cookies.
 */
export async function renew(
  deps: RefreshDeps,
  ctx: RequestContext,
  input: Mode & { readonly refreshToken?: string | undefined },
): Promise<SignedInAnswer> {
  if (input.cookies !== true) {
    const { refreshToken = '' } = input
    return handOver(deps, await refresh(deps, ctx, { refreshToken }), undefined)
  }
  const jar = requireJar(ctx)
  try {
    const refreshToken = jar.get('refresh')
    if (refreshToken === undefined) throw new AppError(authErrors.invalidRefreshToken)
    return handOver(deps, await refresh(deps, ctx, { refreshToken }), jar)
  } catch (error) {
    const isUseless =
      error instanceof AppError && error.definition === authErrors.invalidRefreshToken
    if (isUseless) takeBackCookies(ctx)
    throw error
  }
}

/** Ends the caller's session, and takes back its cookies. */
export async function signOut(deps: Pick<Deps, CommitPort>, ctx: RequestContext): Promise<void> {
  await logout(deps, ctx)
  takeBackCookies(ctx)
}
