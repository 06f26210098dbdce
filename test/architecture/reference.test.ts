import { describe, expect, it } from 'vitest'
import { referenceFindings } from '../../scripts/check/reference.ts'
import { table } from '../../scripts/reference/markdown.ts'

const wanted = new Map([['errors.md', 'all errors']])
const file = (name: string, text: string) => ({ path: `docs/reference/${name}`, text })

const whats = (...files: { path: string; text: string }[]) =>
  referenceFindings('docs/reference', wanted, files).map(({ where, what }) => `${where} ${what}`)

describe('the generated reference', () => {
  it('is what the code says, and nothing else', () => {
    expect(whats(file('errors.md', 'all errors'))).toEqual([])
    expect(whats(file('errors.md', 'old errors'))).toEqual([
      'docs/reference/errors.md is not what the code says',
    ])
    expect(whats()).toEqual(['docs/reference/errors.md is missing'])
    expect(whats(file('errors.md', 'all errors'), file('old.md', ''))).toEqual([
      'docs/reference/old.md is written by nothing',
    ])
  })

  it('keeps its tables whole, whatever a cell says', () => {
    expect(table(['A'], [['one | two\nthree']])).toBe('| A |\n| --- |\n| one \\| two three |')
  })
})
