import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLocale, localeChain, negotiateLocale } from '../../src/kernel/locale.ts'

describe('a language tag', () => {
  it.each(['en', 'haw', 'pt-BR', 'zh-Hant', 'zh-Hant-TW', 'es-419'])('may be %s', (tag) => {
    expect(isLocale(tag)).toBe(true)
  })

  it.each(['', 'e', 'EN', 'engl', 'pt-br', 'pt_BR', 'zh-hant', 'en-', '-en', 'en-US-x', "en'"])(
    'may not be “%s”',
    (tag) => {
      expect(isLocale(tag)).toBe(false)
    },
  )
})

const rules = [
  { code: 'de-AT', fallback: 'de' },
  { code: 'de', fallback: 'en' },
  { code: 'en', fallback: null },
  { code: 'fr', fallback: 'fr-CA' },
  { code: 'fr-CA', fallback: 'fr' },
]

describe('the locales to try', () => {
  it.each([
    ['follow the fallbacks', 'de-AT', ['de-AT', 'de', 'en']],
    ['end with the default one', 'fr', ['fr', 'fr-CA', 'en']],
    ['are the default alone for an unknown one', 'ja', ['en']],
    ['are the default alone when none is asked for', undefined, ['en']],
    ['name the default once', 'en', ['en']],
  ])('%s', (_, requested, expected) => {
    expect(localeChain(rules, requested, 'en')).toEqual(expected)
  })

  it('are never empty, never twice the same, and end for any rules', () => {
    const code = fc.constantFrom('a', 'b', 'c', 'd', 'e')
    const rule = fc.record({ code, fallback: fc.option(code) })
    fc.assert(
      fc.property(
        fc.array(rule),
        fc.option(code, { nil: undefined }),
        code,
        (any, wanted, last) => {
          const chain = localeChain(any, wanted, last)
          expect(chain).toContain(last)
          expect(new Set(chain).size).toBe(chain.length)
        },
      ),
    )
  })
})

describe('Accept-Language', () => {
  const enabled = ['en', 'de', 'pt-BR', 'zh-Hant']

  it.each([
    ['takes the first that is enabled', 'fr, de, en', 'de'],
    ['goes by quality before order', 'en;q=0.5, de;q=0.9', 'de'],
    ['keeps the order of equal qualities', 'de;q=0.5, en;q=0.5', 'de'],
    ['finds the longer tag’s language', 'de-CH', 'de'],
    ['drops one subtag after the other', 'zh-Hant-TW', 'zh-Hant'],
    ['does not find a longer tag for a shorter one', 'pt', undefined],
    ['does not mind letter case', 'PT-br', 'pt-BR'],
    ['does not mind the case of the weight', 'en;Q=0.1, de;Q=0.2', 'de'],
    ['does not mind blanks', ' fr ; q=0.1 ,  de ; q=0.8 ', 'de'],
    ['leaves out what is refused', 'de;q=0, en;q=0.1', 'en'],
    ['leaves out what is refused by zeros', 'de;q=0.000, en;q=0.001', 'en'],
    ['finds nothing for anything', '*', undefined],
    ['finds nothing in nothing', '', undefined],
    ['finds nothing in nonsense', ';;;,,q=1,---', undefined],
  ])('%s', (_, header, expected) => {
    expect(negotiateLocale(header, enabled)).toBe(expected)
  })

  it('looks at 32 ranges and no more', () => {
    const others = (count: number) => Array.from({ length: count }, () => 'fr').join(',')
    expect(negotiateLocale(`${others(31)},de`, enabled)).toBe('de')
    expect(negotiateLocale(`${others(32)},de`, enabled)).toBeUndefined()
  })

  it('answers an enabled locale or nothing for any header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (header) => {
        const locale = negotiateLocale(header, enabled)
        expect(locale === undefined || enabled.includes(locale)).toBe(true)
      }),
    )
  })
})
