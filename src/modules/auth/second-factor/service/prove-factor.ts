import type { RequestContext } from '../../../../kernel/context.ts'
import { fromBase64Url } from '../../../../kernel/cursor.ts'
import { AppError } from '../../../../kernel/errors.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { Write } from '../../../commit/index.ts'
import { authErrors } from '../../errors.ts'
import type { UserRecord } from '../../types.ts'
import { acceptedStep, plainRecoveryCode } from '../domain.ts'
import { takeRecoveryCode, takeStep } from '../repo.ts'
import type { FactorProof } from '../types.ts'

type Of = Pick<UserRecord, 'id' | 'secondFactor'>

/**
 * What uses up the code of a user whose second factor is on; nothing where it is off. The commit
 * breaks `unused` when the code was used meanwhile, and for a recovery code that the user lacks.
 *
 * Throws `auth.code_required` and `auth.wrong_code`.
 */
export async function proveFactor(
  deps: Pick<Deps, 'secrets'>,
  ctx: Pick<RequestContext, 'tenant' | 'now'>,
  user: Of,
  { code, recoveryCode }: FactorProof,
): Promise<Write[]> {
  const tenantId = ctx.tenant.id
  const userId = user.id
  if (user.secondFactor === null) return []
  if (recoveryCode !== undefined) {
    const hash = await recoveryHash(deps, ctx, userId, recoveryCode)
    return [{ statement: takeRecoveryCode({ tenantId, userId, hash }), guard: 'unused' }]
  }
  if (code === undefined) throw new AppError(authErrors.codeRequired)
  const { secret, lastStep } = user.secondFactor
  const step = await stepOf(deps, ctx, { userId, secret, lastStep, code })
  if (step === undefined) throw new AppError(authErrors.wrongCode)
  return [{ statement: takeStep({ tenantId, userId, step }), guard: 'unused' }]
}

/** The time step of a code that is right and after the last one; undefined for a wrong one. */
export async function stepOf(
  deps: Pick<Deps, 'secrets'>,
  ctx: Pick<RequestContext, 'tenant' | 'now'>,
  tried: {
    readonly userId: string
    /** Sealed. */
    readonly secret: string
    readonly lastStep: number
    readonly code: string
  },
): Promise<number | undefined> {
  const place = placeOf(ctx, tried.userId)
  const opened = await deps.secrets.open('second-factor', tried.secret, place)
  const secret = fromBase64Url(opened ?? '')
  if (!secret?.length) return undefined
  return acceptedStep(secret, tried.code, { now: ctx.now, lastStep: tried.lastStep })
}

/** What is kept of a recovery code. */
export function recoveryHash(
  deps: Pick<Deps, 'secrets'>,
  ctx: Pick<RequestContext, 'tenant'>,
  userId: string,
  code: string,
): Promise<string> {
  const text = `${placeOf(ctx, userId)}:${plainRecoveryCode(code)}`
  return deps.secrets.digest('recovery-code', text)
}

/** Where the secret of a user is kept. */
export function placeOf({ tenant }: Pick<RequestContext, 'tenant'>, userId: string): string {
  return `${tenant.id}/${userId}`
}
