import type { RequestContext } from '../../../../kernel/context.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { Write } from '../../../commit/index.ts'
import { newRecoveryCodes } from '../domain.ts'
import { replaceRecoveryCodes } from '../repo.ts'
import type { RecoveryCodes } from '../types.ts'
import { recoveryHash } from './prove-factor.ts'

/** New recovery codes in the place of those that the user has, of which only the hashes are written. */
export async function newCodes(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  ctx: Pick<RequestContext, 'tenant'>,
  userId: string,
): Promise<RecoveryCodes & { readonly writes: readonly Write[] }> {
  const recoveryCodes = newRecoveryCodes((length) => deps.ids.random(length))
  const hashes = await Promise.all(
    recoveryCodes.map((code) => recoveryHash(deps, ctx, userId, code)),
  )
  const statements = replaceRecoveryCodes(ctx.tenant.id, userId, hashes)
  return { recoveryCodes, writes: statements.map((statement) => ({ statement })) }
}
