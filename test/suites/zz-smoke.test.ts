import { describe, expect, it, beforeAll } from 'vitest'
import { createHouse, type House } from './support/house.ts'
import { exampleOf, operations, send } from './support/operations.ts'
import { tripsOf } from './support/problem.ts'
let house: House
beforeAll(async () => { house = await createHouse() })
describe('x', () => {
  it.each(operations.map((o) => [o.route.operationId, o] as const))('%s', async (id, mounted) => {
    const example = await exampleOf(house, id)
    const t = Date.now()
    const response = await send(mounted, example)
    await example.undo?.()
    const text = await response.text()
    expect(response.status, text).toBe(mounted.route.success.status)
    console.log(id, tripsOf(response), Date.now() - t)
  })
})
