import { answerOf, ask, rootFields } from './fields.ts'
import { type House, makePost, makeSession, makeUser } from './house.ts'
import { pagedLists, pagedOperations } from './lists.ts'
import { operationNamed, operations, send, withExample } from './operations.ts'

/**
 * Does everything that the platform can do, so that every statement that it has is sent: every
 * operation over both doors, every list with every set of its filters and from its beginning and its
 * middle, and what nobody asks for: schedules, seeds and the finding of tenants.
 */
export async function everyStatement(house: House): Promise<void> {
  for (const { route } of operations) await operate(house, route.operationId)
  for (const field of rootFields) {
    await withExample(house, field.twin.route.operationId, async (example) => {
      const { errors } = await answerOf(await ask(example.as, field, example))
      if (errors) throw new Error(`${field.name} answered ${JSON.stringify(errors)}`)
    })
  }
  for (const { route } of pagedOperations) await listEverything(house, route.operationId)
  await house.home.tick()
}

async function operate(house: House, operationId: string): Promise<void> {
  await withExample(house, operationId, async (example) => {
    const response = await send(operationNamed(operationId), example)
    if (!response.ok) throw new Error(`${operationId} answered ${await response.text()}`)
  })
}

/** A list by every set of its filters, by everybody, from its beginning and from its middle. */
async function listEverything(house: House, operationId: string): Promise<void> {
  const mounted = operationNamed(operationId)
  const { add, params = () => ({}) } = pagedLists[operationId] ?? {}
  await add?.(house)
  await withExample(house, operationId, async ({ as, query = {} }) => {
    const callers = [as, house.home.anonymous, await house.as('manager'), await house.as('customer')]
    for (const filters of subsetsOf(Object.entries(query))) {
      for (const caller of callers) {
        const given = { ...Object.fromEntries(filters), limit: '1' }
        const call = { as: caller, params: params(house) }
        const response = await send(mounted, { ...call, query: given })
        if (!response.ok) continue
        const { nextCursor } = await response.json<{ nextCursor: string | null }>()
        if (nextCursor === null) continue
        await send(mounted, { ...call, query: { ...given, cursor: nextCursor } })
      }
    }
  })
}

function subsetsOf<Item>(items: readonly Item[]): Item[][] {
  const [first, ...rest] = items
  if (first === undefined) return [[]]
  return subsetsOf(rest).flatMap((subset) => [subset, [first, ...subset]])
}
