import type { RequestContext } from '../../../kernel/context.ts'
import { AppError } from '../../../kernel/errors.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { authErrors } from '../errors.ts'
import { activeHolder } from '../repo.ts'
import { createUser } from '../users/service/create-user.ts'

const ROLE = 'super_admin'

/**
 * Makes the tenant's first super administrator, unless an active one exists. The caller is a system
 * principal that may create users and holds whatever the role permits. True when it made one.
 *
 * Throws `auth.email_taken` when the address belongs to somebody else: an account that anybody could
 * have registered is never promoted.
 */
export async function ensureFirstAdministrator(
  deps: Pick<Deps, CommitPort | 'hasher' | 'secrets'>,
  ctx: RequestContext,
  input: { readonly email: string; readonly password: string },
): Promise<boolean> {
  const exists = async () =>
    (await deps.db.first(activeHolder(ctx.tenant.id, [ROLE]))) !== undefined
  if (await exists()) return false
  try {
    await createUser(deps, ctx, { ...input, name: 'Administrator', roles: [ROLE] })
    return true
  } catch (error) {
    const isTaken = error instanceof AppError && error.definition === authErrors.emailTaken
    // Another isolate may have been faster.
    if (isTaken && (await exists())) return false
    throw error
  }
}
