import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/kernel/limits.ts'
import { isSlug, slugify } from '../../src/kernel/slug.ts'

describe('the slug of a title', () => {
  it.each([
    ['Hello World', 'hello-world'],
    ['  Node.js v22.0 -- out now!  ', 'node-js-v22-0-out-now'],
    ['JavaScript & GitHub', 'javascript-and-github'],
    ['Don’t panic', 'dont-panic'],
    ['Crème brûlée', 'creme-brulee'],
    ['Straße und Öl', 'strasse-und-oel'],
    ['Se\u0301same', 'sesame'],
    ['Привет, мир', 'privet-mir'],
    ['Ελληνικά', 'ellinika'],
    ['Tiếng Việt', 'tieng-viet'],
    ['Ｆｕｌｌ　ｗｉｄｔｈ', 'full-width'],
    ['日本語 2026', '2026'],
    ['C++', 'c-plus-plus'],
    ['C# and F#.', 'c-sharp-and-f-sharp'],
    ['A+B, É＋', 'a-plus-b-e-plus'],
    ['Issue #5 + more (+1)', 'issue-5-more-1'],
    ['1+1', '1-plus-1'],
    ['日本+', ''],
  ])('%j is %j', (title, slug) => {
    expect(slugify(title)).toBe(slug)
  })

  it.each(['', '   ', '-_-', '日本語', '한국어', '🎉', '\u0000'])('%j is empty', (title) => {
    expect(slugify(title)).toBe('')
  })

  it('is cut between words at the limit, and within one that is longer', () => {
    const word = 'a'.repeat(limits.text.slug - 2)
    expect(slugify(`${word} b`)).toBe(`${word}-b`)
    expect(slugify(`${word} bc`)).toBe(word)
    expect(slugify(`${word}cd e`)).toBe(`${word}cd`)
    expect(slugify(`${word}cdef`)).toBe(`${word}cd`)
    expect(slugify(`${word} bc de`)).toBe(word)
    expect(slugify(`b ${word} c`)).toBe(`b-${word}`)
  })

  it('is made of the first 1,000 characters', () => {
    expect(slugify(`${'日'.repeat(999)}ab`)).toBe('a')
  })

  it('is a slug or empty, and stays as it is when made anew', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.lorem({ maxCount: 60 }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const slug = slugify(text)
        expect(slug === '' || isSlug(slug)).toBe(true)
        expect(slugify(slug)).toBe(slug)
      }),
    )
  })

  it('does not depend on letter case or on space around', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9 ]{0,100}$/), (text) => {
        expect(slugify(`  ${text.toUpperCase()} `)).toBe(slugify(text))
      }),
    )
  })
})

describe('a text that calls itself a slug', () => {
  it.each(['a', '0', 'hello-world', 'a-1-b', 'a'.repeat(limits.text.slug)])('%j is one', (text) => {
    expect(isSlug(text)).toBe(true)
  })

  it.each([
    '',
    '-',
    'a-',
    '-a',
    'a--b',
    'A',
    'a b',
    'a_b',
    'a/b',
    'é',
    'a\n',
    '日本',
    'a'.repeat(limits.text.slug + 1),
  ])('%j is none', (text) => {
    expect(isSlug(text)).toBe(false)
  })
})
