import type { RequestContext } from '../../../../kernel/context.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { QueuedMail } from '../../../mail/index.ts'
import { type Addressee, queueLetter } from '../../service/letters.ts'
import { type FactorNews, secondFactorMail } from '../mails.tsx'

/** Tells a user what has happened to the second factor, as a part of a commit. */
export function tellOwner(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  ctx: RequestContext,
  user: Addressee,
  what: FactorNews,
): Promise<QueuedMail> {
  return queueLetter(deps, ctx, {
    mail: secondFactorMail,
    to: user,
    props: { name: user.name, what },
    dedupeKey: `auth/second-factor:${what}:${deps.ids.next()}`,
  })
}
