import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { limits } from '../../../../kernel/limits.ts'
import { addressBucket } from '../../../../kernel/net-address.ts'
import type { Query } from '../../../../kernel/statement.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { Write } from '../../../commit/index.ts'
import { countTry, deleteBucket, findOpening, takeBack } from '../repo.ts'
import type { Attempt, AttemptTarget, ReservedAttempt, WantedBucket } from '../types.ts'

const { ofAccount, ofAddress, pausedFrom } = limits.attempts

/**
 * Counts a try at a secret before anything is checked, in one round trip with what is to be read
 * beside it. The account's bucket and that of the client's address are counted both or not at all.
 * Exact over all isolates; a try that is refused counts nowhere and prolongs nothing. Known and
 * unknown accounts are treated alike.
 *
 * Throws `too_many_requests` with `Retry-After`.
 */
export async function reserveAttempt<Row>(
  deps: Pick<Deps, 'db' | 'secrets'>,
  ctx: RequestContext,
  target: AttemptTarget,
  ...beside: readonly Query<Row>[]
): Promise<ReservedAttempt<Row>> {
  const { now } = ctx
  const tenantId = ctx.tenant.id
  const [account, address] = await Promise.all([
    accountBucketOf(deps, target),
    addressBucketOf(deps, ctx, target),
  ])
  const wanted = [account, address].filter((each) => each !== undefined)
  const [counted, [opening], ...read] = await deps.db.bookkeep([
    countTry(tenantId, wanted, now),
    findOpening(tenantId, wanted, now),
    ...beside,
  ])
  const own = counted.find(({ bucket }) => bucket === account.bucket)
  if (!own) throw refusal(opening?.openAt ?? now, now)
  return {
    tries: own.tries,
    isLast: own.tries >= ofAccount,
    beganAt: own.beganAt,
    accountBucket: account.bucket,
    ...(address && { addressBucket: address.bucket }),
    rows: read.flat(),
  }
}

/** What a right secret adds to its commit: the account's tries are forgotten, the address has one more. */
export function clearAttempt(ctx: Pick<RequestContext, 'tenant'>, attempt: Attempt): Write[] {
  const { accountBucket, addressBucket: address } = attempt
  return [
    { statement: deleteBucket(ctx.tenant.id, accountBucket) },
    ...(address === undefined ? [] : [{ statement: takeBack(ctx.tenant.id, address) }]),
  ]
}

/** What a commit adds after which an account's tries count no more, such as a new password. */
export async function clearAccount(
  deps: Pick<Deps, 'secrets'>,
  ctx: Pick<RequestContext, 'tenant'>,
  target: AttemptTarget,
): Promise<Write> {
  const { bucket } = await accountBucketOf(deps, target)
  return { statement: deleteBucket(ctx.tenant.id, bucket) }
}

/** Takes back a try for which nothing could be checked. Costs a round trip. */
export async function releaseAttempt(
  deps: Pick<Deps, 'db'>,
  ctx: Pick<RequestContext, 'tenant'>,
  { accountBucket, addressBucket: address }: Attempt,
): Promise<void> {
  const buckets = address === undefined ? [accountBucket] : [accountBucket, address]
  await deps.db.bookkeep(buckets.map((bucket) => takeBack(ctx.tenant.id, bucket)))
}

async function accountBucketOf(
  deps: Pick<Deps, 'secrets'>,
  { purpose, account }: AttemptTarget,
): Promise<WantedBucket> {
  const name = account.trim().normalize('NFC').toLowerCase()
  const bucket = await deps.secrets.digest('attempts', `${purpose}:account:${name}`)
  return { bucket, most: ofAccount, pausedFrom }
}

/** Undefined without an address: only the edge can tell a true one. */
async function addressBucketOf(
  deps: Pick<Deps, 'secrets'>,
  { clientAddress }: RequestContext,
  { purpose }: AttemptTarget,
): Promise<WantedBucket | undefined> {
  if (clientAddress === undefined) return undefined
  const text = `${purpose}:address:${addressBucket(clientAddress)}`
  const bucket = await deps.secrets.digest('attempts', text)
  return { bucket, most: ofAddress, pausedFrom: 0 }
}

function refusal(openAt: number, now: number): AppError {
  const seconds = Math.max(1, Math.ceil((openAt - now) / 1_000))
  return new AppError(errors.tooManyRequests, {
    detail: 'There were too many attempts.',
    headers: { 'Retry-After': String(seconds) },
  })
}
