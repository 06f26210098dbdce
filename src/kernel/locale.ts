/** A locale of a tenant and the locale it falls back to. */
export interface LocaleRule {
  readonly code: string
  readonly fallback: string | null
}

const LOCALE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/

/** True for a language tag of language, optional script and optional region (BCP 47 subset). */
export function isLocale(text: string): boolean {
  return LOCALE.test(text)
}

/** A language tag in the letter case that RFC 5646 §2.1.1 recommends, since case tells none apart. */
export function canonicalLocale(tag: string): string {
  const capitals = /-(?:[a-z]{2}\b|[a-z](?=[a-z]{3}\b))/g
  return tag.toLowerCase().replace(capitals, (part) => part.toUpperCase())
}

/**
 * The locales to try, best first: the requested one, its fallbacks, then the default one. A cycle
 * ends the chain.
 */
export function localeChain(
  rules: readonly LocaleRule[],
  requested: string | undefined,
  defaultLocale: string,
): string[] {
  const byCode = new Map(rules.map((rule) => [rule.code, rule.fallback]))
  const chain: string[] = []
  for (let code = requested; code && byCode.has(code) && !chain.includes(code);) {
    chain.push(code)
    code = byCode.get(code) ?? undefined
  }
  if (!chain.includes(defaultLocale)) chain.push(defaultLocale)
  return chain
}

/**
 * The best enabled locale for an `Accept-Language` header (RFC 9110 §12.5.4), by quality and then by
 * order; a tag matches a shorter one by lookup (RFC 4647 §3.4). Undefined when none matches.
 */
export function negotiateLocale(header: string, enabled: readonly string[]): string | undefined {
  const ranges = header
    .split(',', 32)
    .map((part, order) => {
      const [tag = '', ...options] = part.trim().split(';')
      const quality = options
        .map((option) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(option)?.[1])
        .find(Boolean)
      return { tag: tag.trim().toLowerCase(), quality: Number(quality ?? 1), order }
    })
    .filter((range) => range.quality > 0)
    .sort((a, b) => b.quality - a.quality || a.order - b.order)
  for (const range of ranges) {
    for (let tag = range.tag; tag; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
      const match = enabled.find((code) => code.toLowerCase() === tag)
      if (match) return match
    }
  }
  return undefined
}
