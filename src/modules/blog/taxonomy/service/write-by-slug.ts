import { AppError, type ErrorDefinition } from '../../../../kernel/errors.ts'
import { freeSlug, numberedSlugs, ownSlug } from '../domain.ts'

/** A slug that was made for something with an id. */
export interface MadeSlug {
  readonly slug: string
  readonly id: string
  /** How a write is refused that finds the slug taken. */
  readonly refusal: ErrorDefinition
  /** Which slugs of a JSON array are taken. */
  readonly findTaken: (slugs: string) => Promise<readonly { readonly slug: string }[]>
}

/**
 * Writes by a slug that was made; where it is taken by the first free one after it, which costs a read
 * and a commit more; where others were faster to take that as well, by one that ends as the id does.
 */
export function writeBySlug<Result>(
  { slug, id, refusal, findTaken }: MadeSlug,
  write: (slug: string) => Promise<Result>,
): Promise<Result> {
  const writeOr = (one: string, otherwise: () => Promise<Result>) =>
    write(one).catch((error: unknown) => {
      if (error instanceof AppError && error.definition === refusal) return otherwise()
      throw error
    })
  return writeOr(slug, async () => {
    const rows = await findTaken(JSON.stringify(numberedSlugs(slug)))
    const taken = new Set([slug, ...rows.map((row) => row.slug)])
    return writeOr(freeSlug(slug, id, taken), () => write(ownSlug(slug, id)))
  })
}
