import type { ExifNotes } from '../../../kernel/image/exif.ts'
import type { ImageFacts } from '../../../kernel/image/facts.ts'
import type { MediaType } from '../../../kernel/media-type.ts'

/** What is known of a picture beside its type and its size. */
export interface PictureFacts
  extends Pick<ImageFacts, 'orientation' | 'hasAlpha' | 'isAnimated'>, ExifNotes {}

/** What is known of a file that may be a picture. */
export interface PictureFile {
  readonly mediaType: MediaType
  readonly bytes: number
  /** As it is shown. */
  readonly width: number | null
  readonly height: number | null
  readonly picture: PictureFacts | null
}
