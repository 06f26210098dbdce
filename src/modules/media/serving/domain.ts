import { type ByteSpan, byteRangeOf } from '../../../kernel/byte-range.ts'
import { contentDisposition } from '../../../kernel/file-name.ts'
import { isPassive } from '../../../kernel/media-type.ts'
import type { FileFacts, FileRequest } from './types.ts'

/** Nothing of a file runs; what a browser does not just show is also cut off from everything. */
const PASSIVE_POLICY =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
const SANDBOX_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

/** A strong validator: the same bytes have the same tag wherever they are. */
export const tagOf = ({ sha256 }: Pick<FileFacts, 'sha256'>): string => `"${sha256}"`

/** What a request comes to, before any byte is read. */
export type Answer =
  | { readonly status: 200 }
  | { readonly status: 206; readonly span: ByteSpan }
  | { readonly status: 304 | 412 | 416 }

/** Weighs the conditions of a request in the order of RFC 9110 §13.2.2, and its range. */
export function answerTo({ header }: Pick<FileRequest, 'header'>, facts: FileFacts): Answer {
  const tag = tagOf(facts)
  const [match, none] = [header('if-match'), header('if-none-match')]
  if (match !== null && !names(match, tag, false)) return { status: 412 }
  if (none !== null) {
    if (names(none, tag, true)) return { status: 304 }
  } else if (isUnchanged(header('if-modified-since'), facts.createdAt)) return { status: 304 }
  const ifRange = header('if-range')
  if (ifRange !== null && ifRange.trim() !== tag) return { status: 200 }
  const span = byteRangeOf(header('range'), facts.bytes)
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

/** The headers of an answer. */
export function headersOf(facts: FileFacts, answer: Answer, reach: Reach): Record<string, string> {
  const shown = isPassive(facts.mediaType)
  return {
    ETag: tagOf(facts),
    'Cache-Control': cacheControl(reach),
    ...(reach === 'caller' ? { Vary: 'Authorization, Cookie' } : {}),
    'Cross-Origin-Resource-Policy': reach === 'public' ? 'cross-origin' : 'same-site',
    'Content-Security-Policy': shown ? PASSIVE_POLICY : SANDBOX_POLICY,
    ...contentHeaders(facts, answer, shown),
  }
}

function contentHeaders(
  { bytes, createdAt, mediaType, name }: FileFacts,
  answer: Answer,
  shown: boolean,
): Record<string, string> {
  if (answer.status === 416) return { 'Content-Range': `bytes */${bytes}` }
  const dated = { 'Last-Modified': new Date(createdAt).toUTCString(), 'Accept-Ranges': 'bytes' }
  if (answer.status === 304 || answer.status === 412) return dated
  const range = answer.status === 206 ? answer.span : undefined
  return {
    ...dated,
    'Content-Type': mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : mediaType,
    'Content-Disposition': contentDisposition(shown ? 'inline' : 'attachment', name),
    'Content-Length': String(range ? range.last - range.first + 1 : bytes),
    ...(range ? { 'Content-Range': `bytes ${range.first}-${range.last}/${bytes}` } : {}),
  }
}

function cacheControl(reach: Reach): string {
  if (reach === 'public') return 'public, max-age=31536000, immutable'
  return reach === 'caller' ? 'private, no-cache' : `private, max-age=${reach.seconds}`
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
