import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { UnreadablePayload, defineEvent, readPayload } from '../../src/kernel/events.ts'

const moved = defineEvent({
  type: 'trial.thing.moved',
  version: 3,
  since: '0.1.0',
  description: 'A thing moves',
  schema: z.object({ to: z.object({ x: z.number(), y: z.number() }), by: z.string().default('?') }),
  example: { to: { x: 1, y: 2 }, by: 'ada' },
  upcasts: {
    1: (payload) => {
      const { x } = z.object({ x: z.number() }).parse(payload)
      return { x, y: 0 }
    },
    2: (payload) => ({ to: payload }),
  },
})

describe('a stored payload', () => {
  it('of an older version is read step by step as the type declares it', () => {
    expect(readPayload(moved, 1, { x: 5 })).toEqual({ to: { x: 5, y: 0 }, by: '?' })
    expect(readPayload(moved, 2, { x: 5, y: 6 })).toEqual({ to: { x: 5, y: 6 }, by: '?' })
    expect(readPayload(moved, 3, { to: { x: 5, y: 6 }, by: 'ada' })).toEqual({
      to: { x: 5, y: 6 },
      by: 'ada',
    })
  })

  it('of a version without a step is read as it is', () => {
    const grown = defineEvent({ ...moved, upcasts: {} })
    expect(readPayload(grown, 1, { to: { x: 1, y: 1 } })).toEqual({ to: { x: 1, y: 1 }, by: '?' })
  })

  it('that the schema refuses is an error without the values of the payload', () => {
    const read = () => readPayload(moved, 3, { to: 'a secret' })
    expect(read).toThrow(UnreadablePayload)
    expect(read).toThrow(/^a payload of version 3 is no trial\.thing\.moved of version 3$/)
  })
})
