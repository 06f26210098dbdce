import type { RequestContext } from '../../../../kernel/context.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { QueuedMail } from '../../../mail/index.ts'
import { queueLetter } from '../../service/letters.ts'
import type { UserRecord } from '../../types.ts'
import { accountClosedMail } from '../mails.tsx'

/** Tells somebody that the account was closed, and how. */
export function queueAccountClosed(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  ctx: RequestContext,
  user: UserRecord,
  how: 'deactivated' | 'deleted',
): Promise<QueuedMail> {
  return queueLetter(deps, ctx, {
    mail: accountClosedMail,
    to: user,
    props: { name: user.name, how },
    dedupeKey: `auth/account-closed:${user.id}:${user.version}`,
  })
}
