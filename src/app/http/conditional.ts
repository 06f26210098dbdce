import { fingerprint } from '../../kernel/fingerprint.ts'
import { AppError, errors } from '../../kernel/errors.ts'
import type { ExpectedVersion } from '../../kernel/version.ts'

/** One entity tag of a list, with the comma or the end that follows it; an opaque tag may hold commas. */
const ENTITY_TAG = /[ \t]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|$)/y

/** Tags of a list that are looked at. */
const MAX_TAGS = 100

/**
 * The versions that `If-Match` names, of which any may match (RFC 9110 §13.1.1): our tags begin with
 * theirs. Weak tags match nothing. Throws `bad_request` for a header that is no list of entity tags.
 */
export function parseIfMatch(header: string | null): ExpectedVersion {
  if (header === null) return undefined
  if (header.trim() === '*') return '*'
  const tags = parseTags(header)
  if (!tags)
    throw new AppError(errors.badRequest, { detail: 'If-Match is not a list of entity tags.' })
  return tags.flatMap(({ weak, opaque }) =>
    weak ? [] : Number(/^\d{1,15}(?=\.|$)/.exec(opaque)?.[0]),
  )
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
