import type { RequestContext } from '../../../../kernel/context.ts'
import { writeBySlug } from '../../taxonomy/index.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { postErrors } from '../errors.ts'
import { findTakenSlugs } from '../repo.ts'
import type { Translation } from '../types.ts'

/** Writes a text of a post whose slug was made, by another slug where that is taken in its locale. */
export function writeText<Result>(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  text: Translation,
  postId: string,
  write: (text: Translation) => Promise<Result>,
): Promise<Result> {
  const { slug, locale } = text
  const findTaken = (slugs: string) =>
    deps.db.read(findTakenSlugs({ tenantId: ctx.tenant.id, locale, slugs }))
  const made = { slug, id: postId, refusal: postErrors.slugTaken, findTaken }
  return writeBySlug(made, (free) => write({ ...text, slug: free }))
}
