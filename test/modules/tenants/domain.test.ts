import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kernel/limits.ts'
import { nextState } from '../../../src/kernel/fsm.ts'
import { localeChain } from '../../../src/kernel/locale.ts'
import type { ModuleFacts } from '../../../src/kernel/module.ts'
import {
  RESERVED_SLUGS,
  baseDomainOf,
  fallbackFault,
  isHost,
  isPublicHost,
  isSlug,
  isTimeZone,
  originOf,
  statusTransitions,
  switchFault,
  tenantKeyOf,
  withLocale,
} from '../../../src/modules/tenants/domain.ts'

describe('slugs', () => {
  it.each(['a', 'acme', '0', 'a-b', 'a--b', 'acme-', '7up', 'x'.repeat(63)])('take %s', (slug) => {
    expect(isSlug(slug)).toBe(true)
  })

  it.each(['', '-a', 'A', 'a_b', 'a.b', 'a b', 'ä', 'x'.repeat(64), "a'--", '../a', '<b>', 'a\n'])(
    'refuse %j',
    (slug) => {
      expect(isSlug(slug)).toBe(false)
    },
  )

  it('refuse what can be taken for an id', () => {
    expect(isSlug('01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11')).toBe(false)
  })

  it('have 41 reserved ones, each of the right shape', () => {
    expect(RESERVED_SLUGS.size).toBe(41)
    expect([...RESERVED_SLUGS].every(isSlug)).toBe(true)
  })
})

describe('hosts', () => {
  it.each(['localhost', 'example.com', 'a.b', 'xn--bcher-kva.example', `${'a'.repeat(63)}.com`])(
    'take %s',
    (host) => {
      expect(isHost(host)).toBe(true)
    },
  )

  it.each([
    '',
    '.',
    'a..b',
    '-a.com',
    'a-.com',
    'A.com',
    'a.com:80',
    'a_b.com',
    'a.com.',
    `${'a'.repeat(64)}.com`,
  ])('refuse %j', (host) => {
    expect(isHost(host)).toBe(false)
  })

  it('are at most 253 characters long', () => {
    const labels = `${'a'.repeat(63)}.`.repeat(3)
    expect(isHost(`${labels}${'b'.repeat(253 - labels.length)}`)).toBe(true)
    expect(isHost(`${labels}${'b'.repeat(254 - labels.length)}`)).toBe(false)
  })

  it.each(['localhost', '127.0.0.1', '10.0.0.1', '1.2', '[::1]'])(
    'of a tenant are never %s',
    (host) => {
      expect(isPublicHost(host)).toBe(false)
    },
  )

  it('under a base domain belong to the platform', () => {
    expect(baseDomainOf('acme.rustok.test', ['localhost', 'rustok.test'])).toBe('rustok.test')
    expect(baseDomainOf('rustok.test', ['rustok.test'])).toBe('rustok.test')
    expect(baseDomainOf('notrustok.test', ['rustok.test'])).toBeUndefined()
  })
})

describe('an identifier of unknown kind', () => {
  it('is read as an id, else as a host when it has a dot, else as a slug', () => {
    const id = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'
    expect(tenantKeyOf(` ${id.toUpperCase()} `)).toEqual({ kind: 'id', value: id })
    expect(tenantKeyOf('Shop.Example.com')).toEqual({ kind: 'host', value: 'shop.example.com' })
    expect(tenantKeyOf('ACME')).toEqual({ kind: 'slug', value: 'acme' })
    expect(tenantKeyOf("acme'--")).toBeUndefined()
  })

  it('never gets through with a character that SQL, HTML or a path gives a meaning', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom("'", '"', '<', '/', '\\', '%', ';', '\0', ' x'),
        fc.string(),
        (a, bad, b) => {
          expect(tenantKeyOf(`a${a}${bad}${b}a`)).toBeUndefined()
        },
      ),
    )
  })
})

describe('browser origins', () => {
  it.each([
    'https://shop.example.com',
    'https://shop.example.com:8443',
    'http://localhost:3000',
    'http://127.0.0.1:1',
    'http://a.localhost',
  ])('take %s', (origin) => {
    expect(originOf(origin)).toBe(origin)
  })

  it.each([
    'http://shop.example.com',
    'https://a.com/',
    'https://a.com/x',
    'https://u:p@a.com',
    'null',
    '*',
    'https://*.a.com',
    'file:///x',
    'https://a.com:443',
    'localhost:3000',
    'http://localhost.evil.com',
  ])('refuse %s', (origin) => {
    expect(originOf(origin)).toBeUndefined()
  })
})

describe('time zones', () => {
  it('are the ones the runtime knows', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true)
    expect(isTimeZone('Mars/Olympus')).toBe(false)
    expect(isTimeZone('')).toBe(false)
  })
})

describe('the status of a tenant', () => {
  it('allows these moves and no others', () => {
    const moves = (['active', 'suspended', 'deleting'] as const).map((state) =>
      (['suspend', 'activate', 'requestDeletion'] as const).map((action) =>
        nextState(statusTransitions, state, action),
      ),
    )
    expect(moves).toEqual([
      ['suspended', undefined, 'deleting'],
      [undefined, 'active', 'deleting'],
      [undefined, undefined, undefined],
    ])
  })
})

describe('fallbacks of locales', () => {
  const en = { code: 'en', fallback: null }
  const de = { code: 'de', fallback: 'en' }

  it('may lead to a locale of the tenant only', () => {
    expect(fallbackFault([en], de)).toBeUndefined()
    expect(fallbackFault([de], { code: 'fr', fallback: 'it' })).toBe('unknown')
  })

  it('may not lead back, to itself or over others', () => {
    expect(fallbackFault([en], { code: 'en', fallback: 'en' })).toBe('cycle')
    expect(fallbackFault([en, de], { code: 'en', fallback: 'de' })).toBe('cycle')
  })

  it('may have as many steps as the limit says and not one more', () => {
    const codes = ['aa', 'bb', 'cc', 'dd', 'ee', 'ff', 'gg']
    const chain = codes.slice(0, limits.tenant.fallbackDepth + 1).map((code, index) => ({
      code,
      fallback: index === 0 ? null : (codes[index - 1] ?? null),
    }))
    const last = chain.at(-1)
    if (!last) throw new Error('the chain is empty')
    expect(fallbackFault(chain.slice(0, -1), last)).toBeUndefined()
    expect(fallbackFault(chain, { code: 'zz', fallback: last.code })).toBe('too_deep')
    expect(
      fallbackFault([...chain, { code: 'yy', fallback: null }], { code: 'aa', fallback: 'yy' }),
    ).toBe('too_deep')
  })

  it('once accepted, always end', () => {
    const code = fc.constantFrom('aa', 'bb', 'cc', 'dd')
    const rule = fc.record({ code, fallback: fc.option(code) })
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 12 }), (changes) => {
        let locales = [en]
        for (const change of changes) {
          if (!fallbackFault(locales, change))
            locales = withLocale(locales, change) as typeof locales
        }
        for (const { code: start } of locales) {
          const chain = localeChain(locales, start, 'en')
          expect(new Set(chain).size).toBe(chain.length)
        }
        expect(locales.every((locale) => fallbackFault(locales, locale) === undefined)).toBe(true)
      }),
    )
  })
})

describe('switching a module', () => {
  const module = (
    slug: string,
    kind: ModuleFacts['kind'],
    ...dependsOn: string[]
  ): ModuleFacts => ({
    slug,
    title: slug,
    kind,
    dependsOn,
    permissions: [],
    events: [],
  })
  const facts = [
    module('auth', 'core'),
    module('blog', 'optional', 'auth'),
    module('forum', 'optional', 'blog'),
  ]

  it('on needs what it depends on', () => {
    expect(switchFault(facts, new Set(['auth']), 'forum', true)).toEqual({
      kind: 'dependency_missing',
      modules: ['blog'],
    })
    expect(switchFault(facts, new Set(['auth', 'blog']), 'forum', true)).toBeUndefined()
  })

  it('off needs that nothing enabled depends on it', () => {
    expect(switchFault(facts, new Set(['auth', 'blog', 'forum']), 'blog', false)).toEqual({
      kind: 'required_by',
      modules: ['forum'],
    })
    expect(switchFault(facts, new Set(['auth', 'blog']), 'blog', false)).toBeUndefined()
  })

  it('off is refused for core modules, and either way for unknown ones', () => {
    expect(switchFault(facts, new Set(['auth']), 'auth', false)).toEqual({ kind: 'core' })
    expect(switchFault(facts, new Set(), 'shop', true)).toEqual({ kind: 'unknown' })
  })
})
