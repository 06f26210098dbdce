import type { RequestContext } from '../../../../kernel/context.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { QueuedMail } from '../../../mail/index.ts'
import { queueLetter } from '../../service/letters.ts'
import type { UserRecord } from '../../types.ts'
import { emailChangedMail } from '../mails.tsx'

/** Tells the address that a user has as it was read that the account has another one. */
export function queueEmailChanged(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  ctx: RequestContext,
  before: UserRecord,
): Promise<QueuedMail> {
  const { id, version, name, email } = before
  return queueLetter(deps, ctx, {
    mail: emailChangedMail,
    to: before,
    props: { name, email },
    dedupeKey: `auth/email-changed:${id}:${version}`,
  })
}
