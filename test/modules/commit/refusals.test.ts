import { beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../../support/world.ts'
import { type FaultyWorld, createFaultyWorld } from './support.ts'

describe('a commit that a constraint refuses', () => {
  let world: FaultyWorld
  let admin: Client
  beforeAll(async () => {
    world = await createFaultyWorld()
    admin = await world.as('admin')
  })

  /** Writes an author while the database refuses every write by the constraint. */
  async function refusedBy(name: string): Promise<{ status: number; text: string; tries: number }> {
    let tries = 0
    world.driver.fault = ({ mode }) => {
      if (mode === 'read') return undefined
      tries += 1
      return { kind: 'constraint', name }
    }
    const answer = await admin.fetch('POST', '/api/v1/blog/authors', {
      body: { name: 'Refused' },
    })
    world.driver.fault = () => undefined
    return { status: answer.status, text: await answer.text(), tries }
  }

  it.each([
    ['session_alive', 401, 'unauthenticated'],
    ['version_matches', 412, 'precondition_failed'],
    ['row_found', 404, 'not_found'],
    ['state_allows', 409, 'conflict'],
    ['reference_exists', 422, 'invalid_input'],
    ['unused', 409, 'conflict'],
    ['last_one_stays', 409, 'conflict'],
  ])('of the rule %s is told as %i', async (rule, status, code) => {
    const answer = await refusedBy(rule)
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([status, code])
    expect(answer.tries).toBe(1)
  })

  it('because the tenant has moved on is decided once more, and told as 409 when it moves again', async () => {
    const answer = await refusedBy('tenant_current')
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([409, 'conflict'])
    expect(answer.tries).toBe(2)
  })

  it('that nobody has explained is a fault of ours, and its name is not told', async () => {
    const answer = await refusedBy('some_table.some_column')
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('some_table')
  })
})
