import { AppError } from '../../../../kernel/errors.ts'
import type { Write } from '../../../commit/index.ts'
import { type ReadPicture, altOf, refer } from '../../../media/index.ts'
import { postErrors } from '../errors.ts'
import type { Cover, CoverInput } from '../schemas.ts'
import type { PostCore, PostSummaryRecord } from '../types.ts'

/** The columns of a cover. */
type CoverPart = Pick<PostCore, 'coverUrl' | 'coverAlt' | 'coverAssetId' | 'coverPicture'>

/** The pictures of the library that were read, by id. */
export type Pictures = ReadonlyMap<string, ReadPicture>

const NO_COVER: CoverPart = {
  coverUrl: null,
  coverAlt: null,
  coverAssetId: null,
  coverPicture: null,
}

/** The assets that a cover names. */
export function assetsOf(cover: CoverInput | null | undefined): string[] {
  return cover?.assetId === undefined ? [] : [cover.assetId]
}

/** A cover as a post keeps it. Throws 422 for an asset that is no picture which anybody may see. */
export function composeCover(cover: CoverInput | null | undefined, pictures: Pictures): CoverPart {
  if (!cover) return NO_COVER
  const { assetId, url = null, alt = null } = cover
  if (assetId === undefined) return { ...NO_COVER, coverUrl: url, coverAlt: alt }
  const read = pictures.get(assetId)
  if (!read) {
    const detail = 'is no public picture of the library'
    throw new AppError(postErrors.unknownReference, {
      errors: [{ pointer: '/cover/assetId', detail, code: 'unknown_reference' }],
    })
  }
  return { ...NO_COVER, coverAlt: alt, coverAssetId: assetId, coverPicture: read.picture }
}

/** Tells the library which picture a post shows from now on. */
export function referToCover(
  tenantId: string,
  id: string,
  change: {
    readonly before: string | null
    readonly after: string | null
    readonly pictures?: Pictures
  },
): Write[] {
  const usesOf = (assetId: string | null) =>
    assetId === null
      ? []
      : [{ assetId, place: 'cover', version: change.pictures?.get(assetId)?.version ?? 0 }]
  return refer(tenantId, { type: 'blog.post', id }, usesOf(change.before), usesOf(change.after))
}

/** A post’s cover as it is shown; its text is the post’s own, else the library’s in the best locale. */
export function presentCover(
  locales: readonly string[],
  { translation, ...post }: CoverPart & Pick<PostSummaryRecord, 'translation'>,
): Cover | null {
  const { coverUrl, coverAlt, coverAssetId, coverPicture } = post
  if (coverAssetId === null) {
    const none = { assetId: null, width: null, height: null, blurhash: null, color: null }
    return coverUrl === null ? null : { ...none, url: coverUrl, alt: coverAlt ?? '', srcset: null }
  }
  if (!coverPicture) return null
  const { alts: _, ...shown } = coverPicture
  const alt = coverAlt ?? altOf(coverPicture, [translation.locale, ...locales])
  return { ...shown, assetId: coverAssetId, alt }
}
