import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type GrantRule,
  type Item,
  allows,
  covers,
  judge,
  narrow,
  reachedFields,
  unbounded,
} from '../../src/kernel/grants.ts'

const ME = 'me'
const STATUSES = ['draft', 'published', 'archived']
const FIELDS = ['title', 'body', 'tags']
const mine: Item = { ownerId: ME, status: 'draft' }
const others: Item = { ownerId: 'other', status: 'published' }

const some = (words: string[]) =>
  fc.option(fc.subarray(words, { minLength: 1 }), { nil: undefined })
const rule: fc.Arbitrary<GrantRule> = fc.record({
  own: fc.constantFrom(true, undefined),
  statuses: some(STATUSES),
  fields: some(FIELDS),
})
const items = [ME, 'other', null].flatMap((ownerId) =>
  STATUSES.map((status) => ({ ownerId, status })),
)

describe('a rule', () => {
  it('that names nothing allows everything', () => {
    for (const item of items)
      expect(judge({}, ME, { ...item, fields: FIELDS }).outcome).toBe('allows')
    expect(allows([{}], undefined, null)).toBe(true)
  })

  it('for own items reaches no other one, and none for a caller who is no user', () => {
    expect(judge({ own: true }, ME, mine).outcome).toBe('allows')
    expect(judge({ own: true }, ME, others).outcome).toBe('other_owner')
    expect(judge({ own: true }, undefined, { ownerId: null }).outcome).toBe('other_owner')
  })

  it('tells by which of its parts it does not reach an item', () => {
    const drafts = { statuses: ['draft'], fields: ['title'] }
    expect(judge(drafts, ME, others)).toEqual({
      outcome: 'other_status',
      detail: 'only items that are draft, and this one is published',
    })
    expect(judge(drafts, ME, { ...mine, fields: ['title', 'body'] })).toEqual({
      outcome: 'field_masked',
      detail: 'only the fields title, not body',
    })
    expect(judge(drafts, ME, { ownerId: ME }).outcome).toBe('other_status')
  })

  it('that narrows anything does not reach every item there is', () => {
    for (const narrowing of [{ own: true }, { statuses: STATUSES }, { fields: FIELDS }] as const)
      expect(allows([narrowing], ME, null)).toBe(false)
  })
})

describe('rules together', () => {
  it('add up: each field needs one that reaches the item', () => {
    const rules: GrantRule[] = [
      { own: true, fields: ['title'] },
      { statuses: ['draft'], fields: ['body'] },
    ]
    const both = ['title', 'body']
    expect(allows(rules, ME, { ...mine, fields: both })).toBe(true)
    expect(allows(rules, ME, { ownerId: 'other', status: 'draft', fields: both })).toBe(false)
    expect(allows(rules, ME, { ownerId: 'other', status: 'draft', fields: ['body'] })).toBe(true)
    expect(reachedFields(rules, ME, mine)).toEqual(both)
    expect(reachedFields(rules, ME, others)).toBeUndefined()
    expect(reachedFields([...rules, {}], ME, others)).toBe('all')
  })

  it('never take anything away', () => {
    const adds = fc.property(fc.array(rule), rule, fc.subarray(FIELDS), (rules, more, fields) =>
      items.every(
        (item) =>
          !allows(rules, ME, { ...item, fields }) ||
          allows([...rules, more], ME, { ...item, fields }),
      ),
    )
    expect(() => fc.assert(adds)).not.toThrow()
  })
})

describe('whoever hands out a rule', () => {
  it('may itself do all that it allows', () => {
    const covered = fc.property(
      fc.array(rule),
      rule,
      fc.subarray(FIELDS),
      (held, wanted, fields) =>
        !covers(held, wanted) ||
        items.every(
          (item) =>
            !allows([wanted], ME, { ...item, fields }) || allows(held, ME, { ...item, fields }),
        ),
    )
    expect(() => fc.assert(covered)).not.toThrow()
  })

  it('may hand out its own rules, and narrower ones', () => {
    fc.assert(
      fc.property(fc.array(rule), rule, rule, (held, own, narrower) => {
        expect(covers([...held, own], own)).toBe(true)
        expect(covers([...held, own], { ...narrower, ...own, own: true })).toBe(true)
      }),
    )
  })

  it('cannot make a whole of what is masked', () => {
    expect(covers([{ fields: FIELDS }], {})).toBe(false)
    expect(covers([{ statuses: STATUSES }], {})).toBe(false)
    expect(
      covers([{ statuses: ['draft'] }, { statuses: ['archived'] }], {
        statuses: ['draft', 'archived'],
      }),
    ).toBe(true)
    expect(
      covers([{ statuses: ['draft'], fields: ['title'] }, { fields: ['body'] }], {
        statuses: ['draft'],
        fields: ['title', 'body'],
      }),
    ).toBe(true)
    expect(covers([], { own: true })).toBe(false)
  })
})

it('what is narrowed by names keeps its rules', () => {
  const held = new Map([...unbounded(['a:x']), ['b:y', [{ own: true }]] as const])
  expect([...narrow(held, ['b:y', 'c:z'])]).toEqual([['b:y', [{ own: true }]]])
})
