import type { RequestContext } from '../../../../kernel/context.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { QueuedMail } from '../../../mail/index.ts'
import { type Addressee, queueLetter } from '../../service/letters.ts'
import { hourOf } from '../domain.ts'
import { addressUsedMail } from '../mails.tsx'

/** Tells the owner of an address, once in an hour, that somebody has given it for another account. */
export function queueAddressUsed(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  ctx: RequestContext,
  owner: Addressee,
): Promise<QueuedMail> {
  return queueLetter(deps, ctx, {
    mail: addressUsedMail,
    to: owner,
    props: { name: owner.name },
    dedupeKey: `auth/address-used:${owner.id}:${hourOf(ctx.now)}`,
  })
}
