import { toRfc3339 } from '../../../../kernel/clock.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { type LinkDto, findAsset, toAsset } from '../../assets/index.ts'
import { pathOfFile } from '../../domain.ts'
import { linkText } from '../domain.ts'

/**
 * A link by which anybody reads the current file of an asset until it expires. It keeps no record and
 * cannot be taken back but by the trash. Throws 404.
 */
export async function signLink(
  deps: Pick<Deps, 'db' | 'secrets'>,
  ctx: RequestContext,
  { id, expiresSeconds }: { readonly id: string; readonly expiresSeconds: number },
): Promise<LinkDto> {
  requirePermission(ctx, 'media:read')
  const row = await deps.db.first(findAsset({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  const { file, name } = toAsset(row)
  const expires = Math.floor(ctx.now / 1_000) + expiresSeconds
  const text = linkText(ctx.tenant.id, id, file.number, String(expires))
  const signature = await deps.secrets.digest('media-link', text)
  return {
    url: `${pathOfFile(id, file.number, name)}?expires=${expires}&signature=${signature}`,
    expiresAt: toRfc3339(expires * 1_000),
  }
}
