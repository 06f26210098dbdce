import { fingerprint } from '../../kernel/fingerprint.ts'
import { AppError, errors } from '../../kernel/errors.ts'

/** One entity tag of a list, with the comma or the end that follows it; an opaque tag may hold commas. */
const ENTITY_TAG = /[ \t]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|$)/y

/** Tags of a list that are looked at. */
const MAX_TAGS = 100

/** A version that no resource has, for tags that are well-formed but not ours. */
const NO_VERSION = -1

/**
 * The version that `If-Match` names (RFC 9110 §13.1.1): our tags begin with it. Weak tags match
 * nothing. Throws `bad_request` for a header that is no list of entity tags, and for one that names
 * several versions: a write replaces one that its client has seen.
 */
export function parseIfMatch(header: string | null): number | '*' | undefined {
  if (header === null) return undefined
  if (header.trim() === '*') return '*'
  const tags = parseTags(header)
  if (!tags)
    throw new AppError(errors.badRequest, { detail: 'If-Match is not a list of entity tags.' })
  const versions = new Set(
    tags.flatMap((tag) => (tag.weak ? [] : (/^(\d{1,15})(?:\.|$)/.exec(tag.opaque)?.[1] ?? []))),
  )
  if (versions.size > 1)
    throw new AppError(errors.badRequest, {
      detail: 'If-Match names several versions; send the entity tag of one.',
    })
  const [version = NO_VERSION] = versions
  return Number(version)
}

/** Whether `If-None-Match` (RFC 9110 §13.1.2) names the tag, by weak comparison. */
export function matchesNone(header: string | null, etag: string): boolean {
  if (header === null) return false
  if (header.trim() === '*') return true
  if (header === etag) return true
  return parseTags(header)?.some((tag) => `"${tag.opaque}"` === etag) ?? false
}

function parseTags(header: string): { weak: boolean; opaque: string }[] | undefined {
  const tags: { weak: boolean; opaque: string }[] = []
  const tag = new RegExp(ENTITY_TAG)
  while (tag.lastIndex < header.length && tags.length < MAX_TAGS) {
    const match = tag.exec(header)
    if (!match) return undefined
    tags.push({ weak: match[1] !== undefined, opaque: match[2] ?? '' })
  }
  return tags.length > 0 ? tags : undefined
}

/** A strong entity tag of a body; a version leads it, so that `If-Match` can name it. */
export function entityTag(body: Uint8Array, version: number | undefined): string {
  const hash = fingerprint(body)
  return version === undefined ? `"${hash}"` : `"${version}.${hash}"`
}
