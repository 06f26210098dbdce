import { joinBytes } from '../../../../kernel/bytes.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { imageCleaner } from '../../../../kernel/image/clean.ts'
import {
  type ExifNotes,
  type Orientation,
  noNotes,
  readNotes,
  readOrientation,
} from '../../../../kernel/image/exif.ts'
import { type ImageFacts, type ImageType, imageFacts } from '../../../../kernel/image/facts.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { mediaErrors } from '../../errors.ts'
import { brokenImage, requirePixels, tooLarge } from '../domain.ts'
import type { Incoming } from '../types.ts'

/** A picture on its way. */
export interface CleanPicture {
  readonly stream: ReadableStream<Uint8Array>
  /** What its bytes have told, once all of them have passed. */
  readonly seen: () => { readonly facts: ImageFacts; readonly notes: ExifNotes }
}

/** What is read of a beginning at most: a colour profile may stand before the size. */
const BEGINNING = 16 * limits.images.head

/**
 * Passes a picture on without what it tells beside itself. What comes in is held against what the
 * client has told of it. The stream fails with 413, `media.incomplete` and `media.checksum_mismatch`,
 * and with `media.type_refused` or `BrokenImageError` for a picture that is broken or of too many pixels.
 * Undefined for a type that is kept as it is.
 */
export async function cleanPicture(
  deps: Pick<Deps, 'openDigest'>,
  incoming: Incoming,
  type: ImageType,
  most: number,
): Promise<CleanPicture | undefined> {
  let notes = noNotes
  let orientation: Orientation = 1
  const cleaner = imageCleaner(type, (exif) => {
    if (notes === noNotes) notes = readNotes(exif)
    if (orientation === 1) orientation = readOrientation(exif) ?? 1
  })
  if (!cleaner) return undefined
  const beginning = readBeginning()
  const stream = (await incoming.stream())
    .pipeThrough(checked(deps, incoming, most))
    .pipeThrough(cleaner)
    .pipeThrough(beginning.reader)
  return {
    stream,
    seen() {
      const facts = beginning.facts()
      // EXIF may also stand behind the pixels, and is kept there.
      return { facts: facts.orientation === 1 ? { ...facts, orientation } : facts, notes }
    },
  }
}

/** Holds bytes against what was told of them. */
function checked(
  { openDigest }: Pick<Deps, 'openDigest'>,
  { size, sha256 }: Pick<Incoming, 'size' | 'sha256'>,
  most: number,
): TransformStream<Uint8Array, Uint8Array> {
  const digest = sha256 === undefined ? undefined : openDigest()
  let bytes = 0
  return new TransformStream({
    async transform(chunk, controller) {
      bytes += chunk.length
      if (bytes > most) throw tooLarge(most)
      await digest?.update(chunk)
      controller.enqueue(chunk)
    },
    async flush() {
      if (size !== undefined && bytes !== size) throw new AppError(mediaErrors.incomplete)
      if (digest && (await digest.hex()) !== sha256)
        throw new AppError(mediaErrors.checksumMismatch)
    },
    cancel: () => digest?.cancel(),
  })
}

/** Reads the facts of a picture from as much of its beginning as it takes. */
function readBeginning() {
  let facts: ImageFacts | undefined
  let parts: Uint8Array[] = []
  let [length, wanted] = [0, limits.images.head]

  function look(): void {
    facts = imageFacts(joinBytes(parts))
    if (facts) requirePixels(facts)
    if (facts || length >= BEGINNING) parts = []
    wanted = length * 2
  }

  function known(): ImageFacts {
    if (!facts) throw brokenImage()
    return facts
  }

  const reader = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (!facts && length < BEGINNING) {
        parts.push(chunk)
        length += chunk.length
        if (length >= wanted) look()
      }
      controller.enqueue(chunk)
    },
    flush() {
      if (!facts && length < BEGINNING) look()
      known()
    },
  })
  return { reader, facts: known }
}
