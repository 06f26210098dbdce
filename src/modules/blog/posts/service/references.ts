import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { findAuthor } from '../../authors/index.ts'
import { loadPictures } from '../../../media/index.ts'
import { findCategory, toCategory } from '../../taxonomy/index.ts'
import { postErrors } from '../errors.ts'
import type { CoverInput } from '../schemas.ts'
import type { PostRecord } from '../types.ts'
import { type Pictures, assetsOf } from './cover.ts'

/** The ids that a post names. Undefined: not asked about; null: none. */
export interface ReferenceIds {
  readonly authorId?: string | null | undefined
  readonly categoryId?: string | null | undefined
  readonly cover?: CoverInput | null | undefined
}

/** Loads what a post names, without a trip when it names nothing. Throws 422 for what is not there. */
export async function loadReferences(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  ids: ReferenceIds,
): Promise<Pick<PostRecord, 'author' | 'category'> & { readonly pictures: Pictures }> {
  const tenantId = ctx.tenant.id
  const [author, category, pictures] = await Promise.all([
    ids.authorId ? deps.db.first(findAuthor({ tenantId, id: ids.authorId })) : null,
    ids.categoryId ? deps.db.first(findCategory({ tenantId, id: ids.categoryId })) : null,
    loadPictures(deps, ctx, assetsOf(ids.cover)),
  ])
  if (author === undefined) throw unknown('/authorId')
  if (category === undefined) throw unknown('/categoryId')
  return {
    author: author && {
      id: author.id,
      slug: author.slug,
      name: author.name,
      website: author.website,
    },
    category: category && toCategory(category),
    pictures,
  }
}

function unknown(pointer: string): AppError {
  return new AppError(postErrors.unknownReference, {
    errors: [{ pointer, detail: 'does not exist', code: 'unknown_reference' }],
  })
}
