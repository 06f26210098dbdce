import { isUuid } from './ids.ts'
import { limits } from './limits.ts'

const EXTENSION = /^[a-z0-9]{1,10}$/
/** Control characters, and the backslash, which some clients read as a slash. */
const UNSAFE = /[\p{Cc}\\]/u

/** What the key of a file is made of. */
export interface StorageKeyParts {
  readonly tenantId: string
  readonly id: string
  /** When the file came, in epoch milliseconds. */
  readonly at: number
  /** Without its dot: 1 to 10 lower-case letters and digits. */
  readonly extension: string
}

/**
 * The key of a file: `<tenant>/<yyyy>/<mm>/<uuid>.<ext>`, year and month in UTC. Nothing of a
 * stranger’s file name goes in but an extension. Throws `RangeError` for parts of another shape.
 */
export function storageKey({ tenantId, id, at, extension }: StorageKeyParts): string {
  if (!isUuid(tenantId) || !isUuid(id)) throw new RangeError('a key is made of UUIDs')
  if (!EXTENSION.test(extension)) throw new RangeError('an extension is 1 to 10 of a-z and 0-9')
  const date = new Date(at)
  const year = date.getUTCFullYear()
  if (!(year >= 1970 && year <= 9_999)) throw new RangeError('the year has four digits')
  const month = String(date.getUTCMonth() + 1).padStart(2, '0')
  return `${tenantId}/${year}/${month}/${id}.${extension}`
}

/** What the key of something made of a file is made of. */
export interface DerivedKeyParts {
  /** What it is: lower-case letters, digits and dashes. */
  readonly variant: string
  readonly extension: string
}

/** What every key made of a file’s begins with, and the file’s own. */
export function stemOf(key: string): string {
  return key.slice(0, key.lastIndexOf('.') + 1)
}

/** The key of something made of a file, beside the file’s: `<tenant>/<yyyy>/<mm>/<uuid>.<variant>.<ext>`. */
export function derivedKey(key: string, { variant, extension }: DerivedKeyParts): string {
  return `${stemOf(key)}${variant}.${extension}`
}

/** The file’s id in a key of it or of something made of it; undefined for any other key. */
export function fileOfKey(
  key: string,
): { readonly id: string; readonly isDerived: boolean } | undefined {
  const [, id = '', variant] =
    /^[^/]+\/\d{4}\/\d{2}\/([^/.]+)\.(?:([a-z0-9-]+)\.)?[a-z0-9]+$/.exec(key) ?? []
  return isUuid(id) ? { id, isDerived: variant !== undefined } : undefined
}

/** The extension of a file name, in lower case; undefined for one that a key cannot have. */
export function extensionOf(fileName: string): string | undefined {
  const dot = fileName.lastIndexOf('.')
  const extension = dot > 0 ? fileName.slice(dot + 1).toLowerCase() : ''
  return EXTENSION.test(extension) ? extension : undefined
}

/**
 * Whether every store takes a key as it is: 1 to 1,024 bytes of UTF-8, no control character and no
 * backslash, and no segment that is empty, `.` or `..`, which URLs resolve.
 */
export function isStorageKey(key: string): boolean {
  if (!key.isWellFormed() || UNSAFE.test(key)) return false
  if (new TextEncoder().encode(key).length > limits.storage.key) return false
  return key.split('/').every((segment) => !['', '.', '..'].includes(segment))
}
