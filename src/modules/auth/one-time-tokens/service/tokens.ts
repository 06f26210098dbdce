import type { RequestContext } from '../../../../kernel/context.ts'
import { toBase64Url } from '../../../../kernel/cursor.ts'
import { sha256 } from '../../../../kernel/digest.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { Write } from '../../../commit/index.ts'
import { insertToken, markTokenUsed } from '../repo.ts'
import type { TokenPurpose, TokenWish } from '../types.ts'

/** A token that a commit makes: 256 random bits as base64url, which go to their owner and nowhere else. */
export interface NewToken {
  readonly token: string
  readonly writes: readonly Write[]
}

/** A token of which only the hash is written. */
export async function newOneTimeToken(
  deps: Pick<Deps, 'ids'>,
  ctx: Pick<RequestContext, 'tenant' | 'now'>,
  { purpose, subjectId, boundTo, payload, milliseconds }: TokenWish,
): Promise<NewToken> {
  const token = toBase64Url(deps.ids.random(limits.oneTimeTokens.bytes))
  const statement = insertToken({
    tenantId: ctx.tenant.id,
    hash: await sha256(token),
    purpose,
    subjectId,
    boundTo,
    payload: payload ?? null,
    now: ctx.now,
    expiresAt: ctx.now + (milliseconds ?? limits.oneTimeTokens.milliseconds),
  })
  return { token, writes: [{ statement }] }
}

/**
 * Spends a token by its hash. The commit breaks `unused` when another one was faster or the time is
 * over. Whether the subject is still what the token is bound to is for the caller's own write to guard.
 */
export function spendToken(
  ctx: Pick<RequestContext, 'tenant' | 'now'>,
  { hash, purpose }: { readonly hash: string; readonly purpose: TokenPurpose },
): Write {
  const statement = markTokenUsed({ tenantId: ctx.tenant.id, hash, purpose, now: ctx.now })
  return { statement, guard: 'unused' }
}
