import { describe, expect, it } from 'vitest'
import { changesBetween } from '../../src/kernel/changes.ts'

describe('what a change has changed', () => {
  const before = { name: 'Ada', roles: ['customer'], secret: 'a', site: null }
  const after = { name: 'Ada', roles: ['manager'], secret: 'b', site: null }

  it('is each named field that differs, with its values before and after', () => {
    expect(changesBetween(before, after, ['name', 'roles', 'site'])).toEqual({
      roles: { before: ['customer'], after: ['manager'] },
    })
  })

  it('is every named field of what was made, and of what was removed', () => {
    expect(changesBetween(undefined, after, ['name'])).toEqual({ name: { after: 'Ada' } })
    expect(changesBetween(before, undefined, ['name', 'site'])).toEqual({
      name: { before: 'Ada' },
      site: { before: null },
    })
  })
})
