import type { RequestContext } from '../../../../kernel/context.ts'
import { type EventType, eventOf } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Write, commit, existsGuard } from '../../../commit/index.ts'
import { rolesToKeep } from '../../domain.ts'
import { authErrors } from '../../errors.ts'
import { activeHolder, advanceUser } from '../../repo.ts'
import { erasure } from '../../service/erasure.ts'
import { type Proof, findOwn, provenUser } from '../../service/own-user.ts'
import { withoutKey } from '../../service/without-key.ts'
import { endSessionsOf } from '../../session-store/index.ts'
import type { UserRecord } from '../../types.ts'
import { userDeactivated, userDeleted } from '../events.ts'
import { queueAccountClosed } from './closed-letter.ts'

type CloseDeps = Pick<Deps, CommitPort | 'hasher' | 'secrets'>

/**
 * Disables the account of the signed-in user and ends its sessions; an administrator can enable it
 * again. Throws as `provenUser`, and `auth.last_administrator`.
 */
export async function deactivateAccount(
  deps: CloseDeps,
  ctx: RequestContext,
  input: Proof,
): Promise<void> {
  await close(deps, ctx, input, {
    how: 'deactivated',
    event: userDeactivated,
    writesOf: ({ id, version }) => {
      const tenantId = ctx.tenant.id
      const { now } = ctx
      const disabled = advanceUser({ tenantId, id, version, status: 'disabled', now })
      const ended = endSessionsOf({ tenantId, userId: id, because: 'deactivated', now })
      return [{ statement: disabled, guard: 'state_allows' }, { statement: ended }]
    },
  })
}

/**
 * Deletes the account of the signed-in user: the id stays, and nothing else that tells who it was.
 * Throws as `deactivateAccount`.
 */
export async function deleteAccount(
  deps: CloseDeps,
  ctx: RequestContext,
  input: Proof,
): Promise<void> {
  await close(deps, ctx, input, {
    how: 'deleted',
    event: userDeleted,
    writesOf: (user) => erasure(ctx, user),
  })
}

/** A way to close an account. */
interface Closing {
  readonly how: 'deactivated' | 'deleted'
  readonly event: EventType<{ userId: string }>
  readonly writesOf: (user: UserRecord) => readonly Write[]
}

async function close(
  deps: CloseDeps,
  ctx: RequestContext,
  proof: Proof,
  { how, event, writesOf }: Closing,
): Promise<void> {
  const { user, cleared } = await provenUser(deps, ctx, proof, findOwn(ctx))
  const { id, version, roles } = user
  const letter = await queueAccountClosed(deps, ctx, user, how)
  const kept = rolesToKeep(roles)
  await commit(deps, withoutKey(ctx), {
    writes: [
      // Before the second factor goes with the rest.
      ...cleared,
      ...writesOf(user),
      ...(kept
        ? [{ statement: existsGuard('last_one_stays', activeHolder(ctx.tenant.id, kept)) }]
        : []),
      ...letter.writes,
    ],
    events: [eventOf(event, { type: 'user', id, version: version + 1 }, { userId: id })],
    jobs: letter.jobs,
    audit: {
      action: event.type,
      targetType: 'user',
      targetId: id,
      changes: { status: { before: user.status, after: how === 'deleted' ? how : 'disabled' } },
    },
    result: undefined,
    refusals: {
      last_one_stays: authErrors.lastAdministrator,
      unused: authErrors.wrongCode,
    },
  })
}
