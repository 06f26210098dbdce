import { joinBytes } from './bytes.ts'
import { limits } from './limits.ts'

/** Why a form cannot be taken. */
export class FormError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'FormError'
  }
}

/** The beginning of a form: the fields before its file, and where the file’s bytes begin. */
export interface FormHead {
  readonly fields: ReadonlyMap<string, string>
  readonly file: {
    readonly name: string
    readonly contentType: string
    readonly offset: number
    /** Its first bytes, all of them when it ends so soon. */
    readonly first: Uint8Array
  }
}

const latin1 = new TextDecoder('latin1')

/**
 * The boundary of `multipart/form-data` (RFC 2046 §5.1.1): empty when it has none, undefined for another
 * media type.
 */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^\s*multipart\/form-data\b/i.test(contentType)) return undefined
  const match = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType)
  const boundary = match?.[1] ?? match?.[2] ?? ''
  return /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary) ? boundary : ''
}

/**
 * Reads the fields of a form up to its file (RFC 7578) from its first bytes. Throws `FormError` for a
 * form that is none, has too many or too large fields, or has no file in these bytes.
 */
export function formHead(head: Uint8Array, boundary: string): FormHead {
  // One character a byte, so that places in the text are places in the bytes.
  const text = latin1.decode(head)
  const dashes = `--${boundary}`
  if (boundary === '' || !text.startsWith(`${dashes}\r\n`)) throw new FormError('is not a form')
  const fields = new Map<string, string>()
  let at = dashes.length + 2
  for (let count = 0; count <= limits.media.formFields; count++) {
    const end = text.indexOf('\r\n\r\n', at)
    if (end < 0 || end - at > limits.media.formHeaders) throw new FormError('has a part too large')
    const headers = utf8(head.subarray(at, end))
    const { name, fileName, contentType } = partOf(headers)
    const offset = end + 4
    const close = text.indexOf(`\r\n${dashes}`, offset)
    if (offset > limits.media.form) throw new FormError('has a field too large')
    if (fileName !== undefined) {
      const first = head.subarray(offset, close < 0 ? head.length : close)
      return { fields, file: { name: fileName, contentType, offset, first } }
    }
    if (close < 0) throw new FormError('has a field too large, or no file')
    if (fields.has(name)) throw new FormError('has a field twice')
    fields.set(name, utf8(head.subarray(offset, close)))
    at = close + dashes.length + 4
    if (text.slice(at - 2, at) !== '\r\n') throw new FormError('has no file')
  }
  throw new FormError('has too many fields')
}

function partOf(headers: string): { name: string; fileName?: string; contentType: string } {
  const lines = headers.split('\r\n')
  const value = (name: string) =>
    lines.find((line) => line.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1)
  const disposition = value('content-disposition') ?? ''
  const name = parameter(disposition, 'name')
  if (!/^\s*form-data\s*;/i.test(disposition) || name === undefined)
    throw new FormError('has a part without a name')
  const fileName = parameter(disposition, 'filename')
  const contentType = value('content-type')?.trim() ?? ''
  return { name, contentType, ...(fileName === undefined ? {} : { fileName }) }
}

/** A quoted parameter, as browsers escape it (HTML, multipart/form-data encoding algorithm). */
function parameter(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(disposition)
  return match?.[1]
    ?.replaceAll(/\\(["\\])/g, '$1')
    .replaceAll('%22', '"')
    .replaceAll(/%0D%0A/gi, ' ')
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new FormError('is not UTF-8')
  }
}

/**
 * The bytes of a form’s file: everything up to its delimiter. Fails with `FormError` when the form
 * ends before it, and when more parts follow: the file is the last one.
 */
export function fileOfForm(boundary: string): TransformStream<Uint8Array, Uint8Array> {
  const delimiter = new TextEncoder().encode(`\r\n--${boundary}`)
  let held: Uint8Array = new Uint8Array()
  /** What follows the delimiter; undefined before that. */
  let tail: Uint8Array | undefined
  return new TransformStream({
    transform(chunk, controller) {
      if (tail) {
        tail = joined(tail, chunk)
        if (tail.length > limits.media.formHeaders) throw new FormError('goes on after its file')
        return
      }
      const bytes = joined(held, chunk)
      const at = indexOf(bytes, delimiter)
      const end = at < 0 ? Math.max(0, bytes.length - delimiter.length + 1) : at
      if (end > 0) controller.enqueue(bytes.subarray(0, end))
      if (at < 0) held = bytes.slice(end)
      else tail = bytes.slice(at + delimiter.length)
    },
    flush() {
      if (!tail) throw new FormError('ends before its file does')
      if (!/^--\s*$/.test(latin1.decode(tail))) throw new FormError('goes on after its file')
    },
  })
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  return first.length === 0 ? second : joinBytes([first, second])
}

/** Where a sequence begins; -1 when it is not there. */
function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  const [first = 0] = wanted
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + wanted.length > bytes.length) return -1
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at
  }
  return -1
}
