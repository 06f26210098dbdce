import { imageType } from './image/facts.ts'

export const MEDIA_KINDS = ['image', 'audio', 'video', 'document'] as const
/** What a file is to whoever looks for one. */
export type MediaKind = (typeof MEDIA_KINDS)[number]

/** The types of files that are known, each with its kind and the extension of its key. */
export const MEDIA_TYPES = {
  'image/jpeg': ['image', 'jpg'],
  'image/png': ['image', 'png'],
  'image/gif': ['image', 'gif'],
  'image/webp': ['image', 'webp'],
  'image/avif': ['image', 'avif'],
  'audio/mpeg': ['audio', 'mp3'],
  'audio/mp4': ['audio', 'm4a'],
  'audio/ogg': ['audio', 'ogg'],
  'audio/flac': ['audio', 'flac'],
  'audio/wav': ['audio', 'wav'],
  'video/mp4': ['video', 'mp4'],
  'video/quicktime': ['video', 'mov'],
  'video/webm': ['video', 'webm'],
  'application/pdf': ['document', 'pdf'],
  'application/zip': ['document', 'zip'],
  'text/plain': ['document', 'txt'],
} as const satisfies Readonly<Record<string, readonly [MediaKind, string]>>

/** A type that files may have. */
export type MediaType = keyof typeof MEDIA_TYPES

/** The kind of a type. */
export function kindOf(type: MediaType): MediaKind {
  return MEDIA_TYPES[type][0]
}

/** Whether a browser shows it without running anything that it holds. */
export function isPassive(type: MediaType): boolean {
  return kindOf(type) !== 'document'
}

/** Bytes that a file begins with, as characters of Latin-1. */
const BEGINNINGS: readonly (readonly [beginning: string, type: MediaType])[] = [
  ['%PDF-', 'application/pdf'],
  ['PK\u0003\u0004', 'application/zip'],
  ['fLaC', 'audio/flac'],
  ['OggS\0', 'audio/ogg'],
  ['ID3', 'audio/mpeg'],
]

/** EBML, in which WebM names its document type soon. */
const EBML = '\u001aE\u00df\u00a3'

/** Brands of the ISO base media file format. */
const BRANDS: readonly (readonly [brand: RegExp, type: MediaType])[] = [
  [/^qt {2}$/, 'video/quicktime'],
  [/^M4[AB] $/, 'audio/mp4'],
  [/^(?:iso\w|mp4[12]|avc1|M4V |dash|3gp\w|mmp4)$/, 'video/mp4'],
]

/** Control characters that no text has. */
const BINARY = /[^\P{Cc}\s]/u

/** What a browser could take for markup. */
const MARKUP = /^\s*</

/**
 * The type of a file by its first bytes (signatures of MIME Sniffing §6, RFC 9639 §6, RFC 3533 §6);
 * undefined for one that is not known, and for markup, SVG and HTML among it. A name or a header is
 * never asked.
 */
export function mediaTypeOf(head: Uint8Array): MediaType | undefined {
  const image = imageType(head)
  if (image) return image
  const beginning = String.fromCharCode(...head.subarray(0, 128))
  const known = BEGINNINGS.find(([bytes]) => beginning.startsWith(bytes))
  return (
    known?.[1] ?? containerType(beginning) ?? (isMpegFrame(head) ? 'audio/mpeg' : textType(head))
  )
}

/** The type of a file whose first bytes are of a family. */
function containerType(beginning: string): MediaType | undefined {
  const form = beginning.slice(8, 12)
  if (beginning.startsWith('RIFF') && form === 'WAVE') return 'audio/wav'
  if (beginning.startsWith(EBML) && beginning.includes('webm')) return 'video/webm'
  if (beginning.slice(4, 8) !== 'ftyp') return undefined
  return BRANDS.find(([brand]) => brand.test(form))?.[1]
}

/** An MPEG audio frame of layer III with a bit rate and a sampling rate that there are. */
function isMpegFrame([sync = 0, version = 0, rates = 0]: Uint8Array): boolean {
  if (sync !== 0xff || (version & 0xe6) !== 0xe2) return false
  return rates >> 4 !== 0 && rates >> 4 !== 15 && (rates & 0x0c) !== 0x0c
}

function textType(head: Uint8Array): MediaType | undefined {
  try {
    // The last character may be cut off.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(head, {
      stream: true,
    })
    return text === '' || BINARY.test(text) || MARKUP.test(text) ? undefined : 'text/plain'
  } catch {
    return undefined
  }
}

/**
 * Whether what a client says of a file may be so. `application/*` says little, and text has many
 * names; an image that is none is a mistake.
 */
export function mayBe(declared: string, type: MediaType): boolean {
  const [family = ''] = declared.trim().toLowerCase().split('/')
  if (family === 'text') return type === 'text/plain'
  if (family === 'image') return kindOf(type) === 'image'
  return !['audio', 'video'].includes(family) || ['audio', 'video'].includes(kindOf(type))
}
