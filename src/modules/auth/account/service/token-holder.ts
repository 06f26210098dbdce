import type { RequestContext } from '../../../../kernel/context.ts'
import { sha256 } from '../../../../kernel/digest.ts'
import { AppError } from '../../../../kernel/errors.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { authErrors } from '../../errors.ts'
import type { TokenPurpose } from '../../one-time-tokens/index.ts'
import { toUserRecord } from '../../repo.ts'
import { findTokenHolder } from '../repo.ts'
import type { TokenHolder } from '../types.ts'

/**
 * Whom a token was made for. Throws `auth.invalid_token` alike for one that was never made, was used,
 * is too old, is of another purpose, and whose user is not what it was then.
 */
export async function tokenHolder(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  token: string,
  purpose: TokenPurpose,
): Promise<TokenHolder> {
  const hash = await sha256(token)
  const values = { tenantId: ctx.tenant.id, hash, purpose, now: ctx.now }
  const row = await deps.db.first(findTokenHolder(values))
  if (!row) throw new AppError(authErrors.invalidToken)
  const { payload, ...user } = row
  return { user: toUserRecord(user), hash, payload }
}
