import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/kernel/errors.ts'
import { nextState } from '../../../src/kernel/fsm.ts'
import { decideStatus, postTransitions, titleKey } from '../../../src/modules/blog/posts/domain.ts'
import { pathOf, slugOf, tagsOf } from '../../../src/modules/blog/taxonomy/domain.ts'

describe('the states of a post', () => {
  it('allow these moves and no others', () => {
    const allowed: string[] = []
    for (const state of ['draft', 'published', 'archived'] as const) {
      for (const action of ['publish', 'unpublish', 'archive', 'restore'] as const) {
        const next = nextState(postTransitions, state, action)
        if (next) allowed.push(`${state} ${action} ${next}`)
      }
    }
    expect(allowed).toEqual([
      'draft publish published',
      'draft unpublish draft',
      'draft archive archived',
      'published unpublish draft',
      'published archive archived',
      'archived restore draft',
    ])
  })

  it('schedule for later, date back for earlier, and keep the date when unpublished', () => {
    const draft = { status: 'draft', publishAt: null, publishedAt: null } as const
    expect(decideStatus(draft, 'publish', 100)).toEqual({
      status: 'published',
      publishAt: null,
      publishedAt: 100,
    })
    expect(decideStatus(draft, 'publish', 100, 50)).toEqual({
      status: 'published',
      publishAt: null,
      publishedAt: 50,
    })
    expect(decideStatus(draft, 'publish', 100, 101)).toEqual({
      status: 'draft',
      publishAt: 101,
      publishedAt: null,
    })
    const published = { status: 'published', publishAt: null, publishedAt: 7 } as const
    for (const action of ['unpublish', 'archive'] as const) {
      expect(decideStatus(published, action, 100).publishedAt).toBe(7)
    }
    const again = { ...draft, publishedAt: 7 }
    expect(decideStatus(again, 'publish', 100).publishedAt).toBe(7)
    expect(decideStatus(again, 'publish', 100, 50).publishedAt).toBe(50)
    expect(decideStatus(again, 'publish', 100, 101)).toMatchObject({ publishedAt: 7 })
    expect(() => decideStatus(draft, 'restore', 100)).toThrow(AppError)
  })

  it('call a schedule off, where there is one', () => {
    const draft = { status: 'draft', publishAt: null, publishedAt: null } as const
    expect(decideStatus({ ...draft, publishAt: 200 }, 'unpublish', 100)).toEqual(draft)
    expect(() => decideStatus(draft, 'unpublish', 100)).toThrow(AppError)
  })
})

describe('names', () => {
  it('fold to one key whatever case, accent and spacing', () => {
    expect(titleKey('  Éclair   AU  Chocolat ')).toBe('eclair au chocolat')
  })

  it('make tags without doubles in the order given', () => {
    expect(tagsOf(['B', 'a', ' b ', '', 'A!'])).toEqual([
      { slug: 'b', name: 'B' },
      { slug: 'a', name: 'a' },
    ])
  })

  it('that differ by their signs alone make tags of their own', () => {
    expect(tagsOf(['C', 'C++', 'C#', 'c']).map(({ slug }) => slug)).toEqual([
      'c',
      'c-plus-plus',
      'c-sharp',
    ])
  })

  it('always make a slug', () => {
    expect(slugOf('Привет мир')).toBe('privet-mir')
    expect(slugOf('日本')).toMatch(/^[a-z0-9-]+$/)
    expect(slugOf('日本')).not.toBe(slugOf('中国'))
  })
})

describe('a category’s way up', () => {
  it('ends at a root, and is empty for a cycle', () => {
    const tree = new Map([
      ['a', { parentId: null }],
      ['b', { parentId: 'a' }],
    ])
    expect(pathOf(tree, 'b')).toEqual(['b', 'a'])
    expect(
      pathOf(
        new Map([
          ['x', { parentId: 'y' }],
          ['y', { parentId: 'x' }],
        ]),
        'x',
      ),
    ).toEqual([])
  })
})
