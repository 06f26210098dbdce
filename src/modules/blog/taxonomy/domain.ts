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
  const slug = slugify(name)
  if (slug !== '') return slug.slice(0, limits.text.slug)
  return Array.from(name.normalize('NFC'), (letter) => (letter.codePointAt(0) ?? 0).toString(36))
    .join('-')
    .slice(0, limits.text.slug)
    .replace(/-+$/, '')
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
