import { beforeAll, describe, expect, it } from 'vitest'
import { type World, createWorld } from '../../../support/world.ts'

interface Profile {
  readonly version: number
  readonly name: string
  readonly locale: string | null
  readonly timezone: string | null
}

const PATH = '/api/v1/auth/profile'
const ifMatch = (version: number) => ({ 'if-match': `"${version}"` })

let world: World
beforeAll(async () => {
  world = await createWorld()
})

describe('the own profile', () => {
  it('is changed by its version, over REST and GraphQL', async () => {
    const customer = await world.as('customer')
    const { version } = await customer.json<Profile>('GET', PATH)
    const body = { name: 'Cora', locale: 'de', timezone: 'Europe/Berlin' }
    const changed = await customer.json<Profile>('PATCH', PATH, { body, headers: ifMatch(version) })
    expect(changed).toMatchObject({ ...body, version: version + 1 })
    const stale = await customer.fetch('PATCH', PATH, { body: {}, headers: ifMatch(version) })
    expect(stale.status).toBe(412)
    expect((await customer.fetch('PATCH', PATH, { body: {} })).status).toBe(428)
    const { data } = await customer.graphql(
      'mutation { updateProfile(locale: null) { name locale timezone } }',
    )
    expect(data).toEqual({
      updateProfile: { name: 'Cora', locale: null, timezone: 'Europe/Berlin' },
    })
    expect(await customer.json('GET', PATH)).toMatchObject({ locale: null })
  })

  it('leaves the access token as it is and tells what was changed', async () => {
    const manager = await world.as('manager')
    await manager.json('PATCH', PATH, { body: { name: 'Max' }, headers: { 'if-match': '*' } })
    expect((await manager.fetch('GET', PATH)).status).toBe(200)
    expect(await world.eventsOf(manager.userId ?? '')).toContain('auth.user.profile_changed')
  })

  it.each([{ locale: 'german' }, { timezone: 'Mars/Olympus' }, { name: 'a\nb' }, { roles: [] }])(
    'refuses %j',
    async (body) => {
      const headers = { 'if-match': '*' }
      const response = await (await world.as('customer')).fetch('PATCH', PATH, { body, headers })
      expect(response.status).toBe(422)
    },
  )
})
