import { beforeAll, describe, expect, it } from 'vitest'
import { authModule } from '../../../src/modules/auth/index.ts'
import { type House, createHouse } from '../../suites/support/house.ts'

let house: House

beforeAll(async () => {
  house = await createHouse()
})

const run = async (body: unknown) => {
  const operator = await house.operator()
  const response = await operator.fetch('POST', '/api/v1/auth/tasks/cleanup', { body })
  const answer = await response.json<{ swept?: { target: string; isDone: boolean }[] }>()
  return { status: response.status, targets: answer.swept?.map(({ target }) => target).sort() }
}

describe('the task auth:cleanup', () => {
  it.each(['sessions', 'tokens', 'attempts'])(
    'cleans up %s alone when asked to',
    async (target) => {
      expect(await run({ targets: [target] })).toEqual({ status: 200, targets: [target] })
    },
  )

  it('cleans up all that log-ins leave behind when nothing or `all` is named', async () => {
    const targets = ['attempts', 'invitations', 'login-history', 'sessions', 'tokens']
    expect(await run({})).toEqual({ status: 200, targets })
    expect(await run({ targets: ['all'] })).toEqual({ status: 200, targets })
  })

  it('knows no other target and is for operators of the control tenant', async () => {
    expect((await run({ targets: ['posts'] })).status).toBe(422)
    const admin = await house.as('super_admin')
    const foreign = await admin.fetch('POST', '/api/v1/auth/tasks/cleanup', { body: {} })
    expect(foreign.status).toBe(404)
  })

  it('runs by itself every hour', () => {
    expect(authModule.schedules).toMatchObject([{ task: 'auth:cleanup', cron: '47 * * * *' }])
  })
})
