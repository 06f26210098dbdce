import { changesBetween } from '../../../../kernel/changes.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { invalid } from '../../../../kernel/errors.ts'
import { type DomainEvent, eventOf } from '../../../../kernel/events.ts'
import { userIdOf } from '../../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import type { QueuedMail } from '../../../mail/index.ts'
import { queueEmailChanged, userEmailChanged, userProfileChanged } from '../../account/index.ts'
import { nameKey } from '../../domain.ts'
import { authErrors } from '../../errors.ts'
import { EMAIL_TAKEN, changeUser, toUser } from '../../repo.ts'
import { concealed } from '../../service/concealed.ts'
import { requireStepUpWhereOn, stepUpRefusals } from '../../second-factor/index.ts'
import { verificationLetter } from '../../service/verification-link.ts'
import { endSessionsOf } from '../../session-store/index.ts'
import type { User, UserRecord, UserStatus } from '../../types.ts'
import { userDisabled, userEnabled } from '../events.ts'
import { type Target, changeableUser, keepAdministrator } from './changeable-user.ts'

type Letter = Pick<QueuedMail, 'writes' | 'jobs'>

/** What is to be changed; what is left out stays. */
interface UserChange {
  readonly status?: UserStatus | undefined
  readonly name?: string | undefined
  readonly email?: string | undefined
}

/**
 * Disables or enables a user, or gives it another name or address. Disabling ends all its sessions; all
 * but another name ends its access tokens and what links of mails it has. Another address has to be
 * verified again: a link goes to it, and the old one is told. What is so already is answered as it is.
 *
 * Throws as `changeableUser`, `auth.last_administrator`, `auth.email_taken`, `invalid_input` for the
 * caller's own address, which its password protects, and for an address `auth.step_up_required` of
 * callers with a second factor.
 */
export async function updateUser(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  input: Target & UserChange,
): Promise<User> {
  const before = await changeableUser(deps, ctx, 'users:update', input)
  const { status = before.status, name = before.name, email = before.email } = input
  const isMoved = email !== before.email
  if (isMoved && before.id === userIdOf(ctx.principal))
    throw invalid('/email', 'is one’s own, which is changed with the password')
  const events = eventsOf(before, { status, name, email })
  if (events.length === 0) return toUser(before)
  const after = {
    ...before,
    status,
    name,
    email,
    emailVerifiedAt: isMoved ? null : before.emailVerifiedAt,
    version: before.version + events.length,
    securityVersion: before.securityVersion + (isMoved || status !== before.status ? 1 : 0),
    updatedAt: ctx.now,
  }
  const letters = isMoved ? await lettersOf(deps, ctx, before, after) : []
  const isEnded = status === 'disabled' && before.status === 'active'
  const ended = { tenantId: ctx.tenant.id, userId: before.id, because: 'disabled', now: ctx.now }
  const changed = changesBetween(before, after, ['status', 'name', 'email'])
  return commit(deps, ctx, {
    writes: [
      { statement: changeUser(valuesOf(ctx, before, after)), guard: 'version_matches' },
      ...(isMoved ? requireStepUpWhereOn(ctx) : []),
      ...(isEnded ? [{ statement: endSessionsOf(ended) }] : []),
      ...keepAdministrator(ctx, isEnded ? before.roles : []),
      ...letters.flatMap(({ writes }) => writes),
    ],
    events,
    jobs: letters.flatMap(({ jobs }) => jobs),
    audit: {
      action: events[0]?.type ?? '',
      targetType: 'user',
      targetId: before.id,
      changes: await concealed(deps, ctx, before.id, changed),
    },
    result: toUser(after),
    refusals: {
      last_one_stays: authErrors.lastAdministrator,
      [EMAIL_TAKEN]: authErrors.emailTaken,
      ...stepUpRefusals,
    },
  })
}

/** What happens to the user, each in a version of its own. */
function eventsOf(before: UserRecord, after: Required<UserChange>): DomainEvent[] {
  const { id: userId, version } = before
  const events: DomainEvent[] = []
  const next = () => ({ type: 'user', id: userId, version: version + events.length + 1 })
  if (after.status !== before.status)
    events.push(
      eventOf(after.status === 'disabled' ? userDisabled : userEnabled, next(), { userId }),
    )
  if (after.email !== before.email) events.push(eventOf(userEmailChanged, next(), { userId }))
  if (after.name !== before.name)
    events.push(eventOf(userProfileChanged, next(), { userId, fields: ['name'] }))
  return events
}

function valuesOf({ tenant, now }: RequestContext, before: UserRecord, after: UserRecord) {
  const { id, status, name, email, emailVerifiedAt, securityVersion } = after
  return {
    tenantId: tenant.id,
    id,
    version: before.version,
    nextVersion: after.version,
    status,
    name,
    nameKey: nameKey(name),
    email,
    emailVerifiedAt,
    securityVersion,
    now,
  }
}

/** A word to the old address, and a link to the new one for who can log in. */
function lettersOf(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  ctx: RequestContext,
  before: UserRecord,
  after: UserRecord,
): Promise<Letter[]> {
  const key = `auth/verify-email:${after.id}:changed:${after.version}`
  return Promise.all([
    queueEmailChanged(deps, ctx, before),
    ...(after.status === 'active' ? [verificationLetter(deps, ctx, after, key)] : []),
  ])
}
