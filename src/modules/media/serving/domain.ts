import { type ByteSpan, byteRangeOf } from '../../../kernel/byte-range.ts'
import { contentDisposition } from '../../../kernel/file-name.ts'
import { isPassive } from '../../../kernel/media-type.ts'
import type { FileFacts, FileRequest, Shown } from './types.ts'

/** Nothing of a file runs; what a browser does not just show is also cut off from everything. */
const PASSIVE_POLICY =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
const SANDBOX_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

/** A file as it is. The same bytes have the same tag wherever they are. */
export function original({ sha256, mediaType, bytes, name, createdAt }: FileFacts): Shown {
  return { tag: `"${sha256}"`, mediaType, bytes, name, createdAt }
}

/** What a request comes to, before any byte is read. */
export type Answer =
  | { readonly status: 200 }
  | { readonly status: 206; readonly span: ByteSpan }
  | { readonly status: 304 | 412 | 416 }

/** Weighs the conditions of a request in the order of RFC 9110 §13.2.2, and its range. */
export function answerTo(
  { header }: Pick<FileRequest, 'header'>,
  { tag, bytes, createdAt }: Shown,
): Answer {
  const [match, none] = [header('if-match'), header('if-none-match')]
  if (match !== null && !names(match, tag, false)) return { status: 412 }
  if (none !== null) {
    if (names(none, tag, true)) return { status: 304 }
  } else if (isUnchanged(header('if-modified-since'), createdAt)) return { status: 304 }
  const ifRange = header('if-range')
  if (ifRange !== null && ifRange.trim() !== tag) return { status: 200 }
  const span = byteRangeOf(header('range'), bytes)
  if (span === 'all') return { status: 200 }
  return span === 'none' ? { status: 416 } : { status: 206, span }
}

/** Whether a list of entity tags has ours; ours have no commas. */
function names(list: string, tag: string, isWeak: boolean): boolean {
  return list.split(',').some((each) => {
    const given = each.trim()
    return given === '*' || given === tag || (isWeak && given === `W/${tag}`)
  })
}

function isUnchanged(since: string | null, at: number): boolean {
  const instant = since === null ? Number.NaN : Date.parse(since)
  return Math.floor(at / 1_000) * 1_000 <= instant
}

/** How long an answer may be kept: for ever when public, as long as the link when by one. */
export type Reach = 'public' | 'caller' | { readonly seconds: number }

/**
 * How long what stands at an address stays the same: for ever, for an hour where something else is to
 * stand there, or not at all.
 */
export type Lasting = 'always' | 'hour' | 'never'

/** The headers of an answer. */
export function headersOf(
  shown: Shown,
  answer: Answer,
  reach: Reach,
  lasting: Lasting = 'always',
): Record<string, string> {
  const isShown = isPassive(shown.mediaType)
  return {
    ETag: shown.tag,
    'Cache-Control': cacheControl(reach, lasting),
    ...(reach === 'caller' ? { Vary: 'Authorization, Cookie' } : {}),
    'Cross-Origin-Resource-Policy': reach === 'public' ? 'cross-origin' : 'same-site',
    'Content-Security-Policy': isShown ? PASSIVE_POLICY : SANDBOX_POLICY,
    ...contentHeaders(shown, answer, isShown),
  }
}

function contentHeaders(
  { bytes, createdAt, mediaType, name }: Shown,
  answer: Answer,
  isShown: boolean,
): Record<string, string> {
  if (answer.status === 416) return { 'Content-Range': `bytes */${bytes}` }
  const dated = { 'Last-Modified': new Date(createdAt).toUTCString(), 'Accept-Ranges': 'bytes' }
  if (answer.status === 304 || answer.status === 412) return dated
  const range = answer.status === 206 ? answer.span : undefined
  return {
    ...dated,
    'Content-Type': mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : mediaType,
    'Content-Disposition': contentDisposition(isShown ? 'inline' : 'attachment', name),
    'Content-Length': String(range ? range.last - range.first + 1 : bytes),
    ...(range ? { 'Content-Range': `bytes ${range.first}-${range.last}/${bytes}` } : {}),
  }
}

function cacheControl(reach: Reach, lasting: Lasting): string {
  if (lasting === 'never') return 'no-store'
  const isShort = lasting === 'hour'
  if (reach === 'public')
    return isShort ? 'public, max-age=3600' : 'public, max-age=31536000, immutable'
  if (reach === 'caller') return 'private, no-cache'
  return `private, max-age=${isShort ? Math.min(reach.seconds, 3_600) : reach.seconds}`
}

/** What the signature of a link covers. */
export function linkText(
  tenantId: string,
  assetId: string,
  number: number,
  expires: string,
): string {
  return JSON.stringify([tenantId, assetId, number, expires])
}
