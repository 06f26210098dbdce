import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Transitions, nextState } from '../../src/kernel/fsm.ts'

type State = 'draft' | 'published' | 'archived'
type Action = 'publish' | 'unpublish' | 'archive'

const table: Transitions<State, Action> = {
  publish: { from: ['draft'], to: 'published' },
  unpublish: { from: ['published'], to: 'draft' },
  archive: { from: ['draft', 'published'], to: 'archived' },
}

const states: readonly State[] = ['draft', 'published', 'archived']
const actions: readonly Action[] = ['publish', 'unpublish', 'archive']

describe('a state machine', () => {
  it('allows what its table names and nothing else', () => {
    const allowed = states.flatMap((state) =>
      actions.map((action) => [state, action, nextState(table, state, action)]),
    )
    expect(allowed).toEqual([
      ['draft', 'publish', 'published'],
      ['draft', 'unpublish', undefined],
      ['draft', 'archive', 'archived'],
      ['published', 'publish', undefined],
      ['published', 'unpublish', 'draft'],
      ['published', 'archive', 'archived'],
      ['archived', 'publish', undefined],
      ['archived', 'unpublish', undefined],
      ['archived', 'archive', undefined],
    ])
  })

  it('never leaves its states on any walk', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...actions)), (walk) => {
        const end = walk.reduce<State>((at, action) => nextState(table, at, action) ?? at, 'draft')
        expect(states).toContain(end)
      }),
    )
  })
})
