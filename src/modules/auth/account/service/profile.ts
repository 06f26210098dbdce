import { changesBetween } from '../../../../kernel/changes.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { type ExpectedVersion, requireVersion } from '../../../../kernel/version.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { nameKey } from '../../domain.ts'
import type { UserRecord } from '../../types.ts'
import { userProfileChanged } from '../events.ts'
import { setProfile } from '../repo.ts'
import type { Profile } from '../types.ts'
import { concealed } from '../../service/concealed.ts'
import { ownUser } from '../../service/own-user.ts'

const FIELDS = ['name', 'locale', 'timezone'] as const

/** What is to be changed; what is left out stays. */
interface ProfileChange {
  readonly name?: string | undefined
  readonly locale?: string | null | undefined
  readonly timezone?: string | null | undefined
}

/** What the signed-in user sees of itself. */
export async function getProfile(deps: Pick<Deps, 'db'>, ctx: RequestContext): Promise<Profile> {
  return toProfile(await ownUser(deps, ctx))
}

/**
 * Changes name, language or time zone of the signed-in user. What is so already is answered as it is.
 * Throws `precondition_failed`.
 */
export async function updateProfile(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  { version: seen, ...input }: ProfileChange & { readonly version: ExpectedVersion },
): Promise<Profile> {
  const before = await ownUser(deps, ctx)
  const { id, version } = before
  requireVersion(version, seen)
  const after = {
    name: input.name ?? before.name,
    locale: input.locale === undefined ? before.locale : input.locale,
    timezone: input.timezone === undefined ? before.timezone : input.timezone,
  }
  const fields = FIELDS.filter((field) => before[field] !== after[field])
  if (fields.length === 0) return toProfile(before)
  const changed = setProfile({
    tenantId: ctx.tenant.id,
    id,
    version,
    ...after,
    nameKey: nameKey(after.name),
    now: ctx.now,
  })
  return commit(deps, ctx, {
    writes: [{ statement: changed, guard: 'version_matches' }],
    events: [
      eventOf(
        userProfileChanged,
        { type: 'user', id, version: version + 1 },
        { userId: id, fields },
      ),
    ],
    audit: {
      action: 'auth.user.profile_changed',
      targetType: 'user',
      targetId: id,
      changes: await concealed(
        deps,
        ctx,
        id,
        changesBetween<Pick<UserRecord, (typeof FIELDS)[number]>>(before, after, fields),
      ),
    },
    result: toProfile({ ...before, ...after, version: version + 1 }),
  })
}

function toProfile(user: UserRecord): Profile {
  const { id, email, name, locale, timezone, version } = user
  return {
    id,
    email,
    emailVerified: user.emailVerifiedAt !== null,
    name,
    locale,
    timezone,
    version,
  }
}
