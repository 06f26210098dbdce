import { describe, expect, it } from 'vitest'
import { PASSWORD, createWorld } from '../../support/world.ts'
import { createControl } from '../tenants/control.ts'

const person = { email: 'first@people.example', name: 'First', password: PASSWORD }

describe('the first administrator of a tenant', () => {
  it('is made by an operator, belongs to the tenant and can log in there', async () => {
    const { operator } = await createControl()
    const world = await createWorld()
    const path = `/api/v1/tenants/${world.tenantId}/administrators`
    const made = await operator.fetch('POST', path, { body: person })
    expect(made.status, await made.clone().text()).toBe(201)
    expect(await made.json()).toMatchObject({ email: person.email, roles: ['admin'] })
    const login = await world.anonymous.fetch('POST', '/api/v1/auth/login', {
      body: { email: person.email, password: PASSWORD },
    })
    expect(login.status).toBe(200)
    const again = await operator.fetch('POST', path, { body: person })
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'auth.email_taken' }])
  })

  it('is made by nobody else, and in no tenant that never was', async () => {
    const { operator } = await createControl()
    const world = await createWorld()
    const admin = await world.as('admin')
    const path = `/api/v1/tenants/${world.tenantId}/administrators`
    expect((await admin.fetch('POST', path, { body: person })).status).toBe(404)
    const none = `/api/v1/tenants/${world.isolate.shared.ids.next()}/administrators`
    expect((await operator.fetch('POST', none, { body: person })).status).toBe(404)
  })
})
