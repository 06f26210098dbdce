import { describe, expect, it } from 'vitest'
import { packTexts, unpackTexts } from '../../src/kernel/text-set.ts'

const words = Array.from({ length: 3_000 }, (_, index) => `word ${index} ñ`)

describe('a packed set of texts', () => {
  it('has every text that was put in, and hardly any other', () => {
    const has = unpackTexts(packTexts(words))
    expect(words.every(has)).toBe(true)
    const strangers = Array.from({ length: 20_000 }, (_, index) => `stranger ${index}`)
    expect(strangers.filter(has).length).toBeLessThan(20)
  })

  it('takes little more than two bytes a text', () => {
    expect((packTexts(words).length * 3) / 4).toBeLessThan(words.length * 2.2)
  })

  it('can be empty, or hold the same text twice', () => {
    expect(unpackTexts(packTexts([]))('')).toBe(false)
    const has = unpackTexts(packTexts(['', 'a', '', 'a']))
    expect([has(''), has('a'), has('b')]).toEqual([true, true, false])
  })
})
