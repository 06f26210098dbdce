import { limits } from './limits.ts'

/** Control characters, and those that turn the direction of a text round. */
const HIDDEN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu
/** Characters of a token that need no percent-encoding in an extended value (RFC 8187 §3.2.1). */
const UNSAFE_EXTENDED = /['()*]/g

/**
 * A client’s file name as a label: without its folders, control characters and what turns text
 * round, in NFC, at most `limits.media.name` characters, the extension kept. Empty when nothing is left.
 */
export function fileLabel(name: string): string {
  const label = name
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(HIDDEN, '')
    .replace(/^.*[/\\]/, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  if (/^\.*$/.test(label)) return ''
  const extension = /\.\w{1,10}$/.exec(label)?.[0] ?? ''
  const most = limits.media.name - extension.length
  const letters = Array.from(label.slice(0, label.length - extension.length))
  return cut(letters, most) + extension
}

/** As many whole characters as `most` UTF-16 units hold. */
function cut(letters: readonly string[], most: number): string {
  let text = ''
  for (const letter of letters) {
    if (text.length + letter.length > most) break
    text += letter
  }
  return text
}

/** `Content-Disposition` of a file (RFC 6266 §4): an ASCII name for old clients, and the name itself. */
export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["%\\]/g, '_')
  const extended = encodeURIComponent(name).replaceAll(
    UNSAFE_EXTENDED,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${extended}`
}
