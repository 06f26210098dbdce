import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'

describe('several mutations in one request', () => {
  it('are each decided on what the one before has left', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const answer = await admin.graphql(`mutation {
      de: putTenantLocale(locale: "de", fallback: "en") { code }
      at: putTenantLocale(locale: "de-AT", fallback: "de") { code }
      post: createPost(input: { locale: "de-AT", title: "Servus", body: "x" }) { locale body }
    }`)
    expect(answer).toEqual({
      data: {
        de: { code: 'de' },
        at: { code: 'de-AT' },
        post: { locale: 'de-AT', body: 'x' },
      },
    })
  })
})
