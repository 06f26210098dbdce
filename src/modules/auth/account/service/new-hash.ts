import type { RequestContext } from '../../../../kernel/context.ts'
import { invalid } from '../../../../kernel/errors.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { passwordProblem } from '../../domain.ts'

/** The hash of a user's new password. Throws `invalid_input` for one that is refused. */
export async function newHash(
  deps: Pick<Deps, 'hasher'>,
  ctx: Pick<RequestContext, 'tenant'>,
  { email }: { readonly email: string },
  password: string,
  pointer = '/password',
): Promise<string> {
  const problem = passwordProblem(password, { tenant: ctx.tenant, email })
  if (problem !== undefined) throw invalid(pointer, problem)
  return deps.hasher.hash(password)
}
