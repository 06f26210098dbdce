import { joinBytes } from '../bytes.ts'

/** An image that is not made as its format says, or that ends too early. */
export class BrokenImageError extends Error {
  override readonly name = 'BrokenImageError'
}

/** What becomes of the next bytes of a file. */
export interface Piece {
  /** Bytes that it has; `Infinity` for all that is behind the image. */
  readonly length: number
  /** Kept as they are, left out, or made zeros. */
  readonly fate: 'keep' | 'drop' | 'blank'
  /** Written before it. */
  readonly write?: Uint8Array
}

/**
 * Looks at the front of what is left and says what becomes of it, or how many bytes it must see for
 * that. It is called in the order of the file and remembers where it is.
 */
export type Cut = (front: Uint8Array) => Piece | number

/** Is told the EXIF of a file as it stands there, before it is left out. */
export type SeeExif = (exif: Uint8Array) => void

/** The most bytes that a cut may ask to see: a whole segment of JPEG. */
export const MAX_FRONT = 65_600

/** Takes the bytes of a file in chunks. */
export interface Cutter {
  /** Throws `BrokenImageError`. */
  push(chunk: Uint8Array): void
  /** Throws `BrokenImageError` when the image has not come to its end. */
  end(): void
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks
  return only && chunks.length === 1 ? only : joinBytes(chunks)
}

/** Applies a cut to a stream of chunks; it holds 64 KiB and a chunk at most. */
export function createCutter(cut: Cut, emit: (bytes: Uint8Array) => void): Cutter {
  let piece: Piece = { length: 0, fate: 'drop' }
  let [left, wanted, length] = [0, 1, 0]
  let waiting: Uint8Array[] = []

  function spend(front: Uint8Array): Uint8Array {
    const part = front.subarray(0, Math.min(left, front.length))
    if (part.length > 0 && piece.fate !== 'drop') {
      emit(piece.fate === 'keep' ? part : new Uint8Array(part.length))
    }
    left -= part.length
    return front.subarray(part.length)
  }

  /** True when the next piece is known. */
  function takeNext(front: Uint8Array): boolean {
    const next = cut(front)
    if (typeof next === 'number') {
      wanted = next
      return false
    }
    piece = next
    left = next.length
    if (next.write) emit(next.write)
    return true
  }

  return {
    push(chunk) {
      waiting.push(chunk)
      length += chunk.length
      if (length < wanted) return
      let front = joined(waiting)
      wanted = 1
      while (front.length > 0) {
        if (left === 0 && !takeNext(front)) break
        front = spend(front)
      }
      waiting = front.length > 0 ? [front] : []
      length = front.length
    },
    end() {
      if (left === 0 && length === 0) takeNext(new Uint8Array())
      if (left !== Infinity) throw new BrokenImageError('the image ends too early')
    },
  }
}
