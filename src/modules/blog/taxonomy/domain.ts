import { limits } from '../../../kernel/limits.ts'
import { slugify } from '../../../kernel/slug.ts'
import type { Category, Tag } from './types.ts'

/** The tags that a list of names stands for: trimmed, without doubles, in the order given. */
export function tagsOf(names: readonly string[]): Tag[] {
  const bySlug = new Map<string, Tag>()
  for (const raw of names) {
    const name = raw.trim().replaceAll(/\s+/g, ' ')
    const slug = slugOf(name)
    if (name !== '' && !bySlug.has(slug)) bySlug.set(slug, { slug, name })
  }
  return [...bySlug.values()]
}

/** A slug for a name; scripts that have no Latin form keep their letters as code points. */
export function slugOf(name: string): string {
  const codePoint = (letter: string) => (letter.codePointAt(0) ?? 0).toString(36)
  const spelled = () => Array.from(name.normalize('NFC'), codePoint).join('-')
  return slugify(name) || spelled().slice(0, limits.text.slug).replace(/-$/, '')
}

/** What a slug that is taken may become, best first: `slug-2` to `slug-100`. */
export function numberedSlugs(slug: string): string[] {
  return Array.from({ length: 99 }, (_, index) => withEnding(slug, index + 2))
}

/** The slug, else the first of its numbered forms that is free, else one that ends as the id does. */
export function freeSlug(slug: string, id: string, taken: ReadonlySet<string>): string {
  const free = [slug, ...numberedSlugs(slug)].find((one) => !taken.has(one))
  return free ?? ownSlug(slug, id)
}

/** A slug that ends as the id does, so that nothing else has it. */
export function ownSlug(slug: string, id: string): string {
  return withEnding(slug, id.slice(-8))
}

function withEnding(slug: string, ending: number | string): string {
  const end = `-${ending}`
  return slug.slice(0, limits.text.slug - end.length).replace(/-$/, '') + end
}

/** A category's name in the first locale that has one, else in any. */
export function nameIn(names: Category['names'], locales: readonly string[]): string {
  for (const locale of locales) {
    const name = names[locale]
    if (name !== undefined) return name
  }
  return Object.values(names)[0] ?? ''
}

/** The ids from a category up to its root; empty when the way is a cycle or too long. */
export function pathOf(
  byId: ReadonlyMap<string, Pick<Category, 'parentId'>>,
  id: string,
): string[] {
  const path: string[] = []
  for (let at: string | null = id; at !== null; at = byId.get(at)?.parentId ?? null) {
    if (path.includes(at) || path.length >= limits.blog.categoryDepth) return []
    path.push(at)
  }
  return path
}
