import { limits } from '../../kernel/limits.ts'
import { isStorageKey } from '../../kernel/storage-key.ts'
import {
  type ByteRange,
  type GetOptions,
  type GotObject,
  type ListedObject,
  StorageError,
  type UploadedPart,
} from '../../ports/storage.ts'

const toSecond = (milliseconds: number) => Math.floor(milliseconds / 1_000)

/** What the conditions make of an object, in the order of RFC 9110 §13.2.2; undefined when they hold. */
export function refusedBy(
  options: GetOptions,
  { etag, uploadedAt }: Pick<ListedObject, 'etag' | 'uploadedAt'>,
): Extract<GotObject, { kind: 'precondition_failed' | 'not_modified' }> | undefined {
  const { ifMatch, ifNoneMatch, ifModifiedSince } = options
  if (ifMatch !== undefined && ifMatch !== etag) return { kind: 'precondition_failed' }
  if (ifNoneMatch !== undefined) {
    return ifNoneMatch === etag ? { kind: 'not_modified' } : undefined
  }
  const isOld = ifModifiedSince !== undefined && toSecond(uploadedAt) <= toSecond(ifModifiedSince)
  return isOld ? { kind: 'not_modified' } : undefined
}

/** The bytes that a range means of an object; undefined when it begins behind its end. */
export function rangeIn(
  range: ByteRange,
  size: number,
): { readonly offset: number; readonly length: number } | undefined {
  if ('suffix' in range) {
    const length = Math.min(range.suffix, size)
    return length > 0 ? { offset: size - length, length } : undefined
  }
  const { offset, length = size } = range
  return offset < size ? { offset, length: Math.min(length, size - offset) } : undefined
}

/** Throws `fatal` for a range that means nothing. */
export function checkRange(range: ByteRange | undefined): void {
  if (range === undefined) return
  const [offset, length] = 'suffix' in range ? [0, range.suffix] : [range.offset, range.length ?? 1]
  if (Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(length) && length > 0) {
    return
  }
  throw new StorageError('fatal', 'a range has an offset from 0 and a length from 1')
}

/** Throws `fatal` for a key that a store would take otherwise than it is. */
export function checkKey(...keys: readonly string[]): void {
  if (!keys.every(isStorageKey)) throw new StorageError('fatal', 'this is not a key')
}

/** Throws `fatal` for a number of bytes that no store takes at once. */
export function checkSize(bytes: number): void {
  if (Number.isInteger(bytes) && bytes >= 0 && bytes <= limits.storage.putBytes) return
  throw new StorageError('fatal', 'a put has up to 4.995 GiB')
}

/** Throws `fatal` for a checksum that is none. */
export function checkSha256(digits: string | undefined): void {
  if (digits === undefined || /^[0-9a-f]{64}$/.test(digits)) return
  throw new StorageError('fatal', 'a checksum has 64 hexadecimal digits')
}

/** Throws `fatal` for what is no key, and for more keys than one call removes. */
export function checkRemoval(keys: readonly string[]): void {
  checkKey(...keys)
  if (keys.length > limits.storage.removed) {
    throw new StorageError('fatal', 'a removal has up to 1,000 keys')
  }
}

/** The number of objects of a page. Throws `fatal` for one that there is not. */
export function pageSize(limit: number = limits.storage.listed): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= limits.storage.listed) return limit
  throw new StorageError('fatal', 'a page has 1 to 1,000 objects')
}

/** Throws `fatal` for a number that no part has. */
export function checkPartNumber(number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= limits.storage.parts) return
  throw new StorageError('fatal', 'a part has a number from 1 to 10,000')
}

/** Parts by their numbers. Throws `upload` for none, and for two of one number. */
export function inOrder(parts: readonly UploadedPart[]): readonly UploadedPart[] {
  for (const { number } of parts) checkPartNumber(number)
  if (parts.length === 0 || new Set(parts.map(({ number }) => number)).size < parts.length) {
    throw new StorageError('upload', 'an object has parts, each with a number of its own')
  }
  return parts.toSorted((one, other) => one.number - other.number)
}
