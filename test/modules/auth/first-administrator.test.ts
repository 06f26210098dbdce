import { describe, expect, it } from 'vitest'
import { unbounded } from '../../../src/kernel/grants.ts'
import { createUser, ensureFirstAdministrator } from '../../../src/modules/auth/index.ts'
import { PASSWORD } from '../../support/world.ts'
import { createAuthWorld, rows } from './support.ts'

const email = 'root@x.example'

describe('the first administrator', () => {
  it('is made once, however many isolates start at the same time', async () => {
    const world = await createAuthWorld()
    const ctx = await world.system()
    const ensure = () => ensureFirstAdministrator(world.deps(), ctx, { email, password: PASSWORD })
    const made = await Promise.all([ensure(), ensure(), ensure()])
    expect(made.filter(Boolean)).toHaveLength(1)
    expect(await ensure()).toBe(false)
    expect((await world.loginAgain(email)).user.roles).toEqual(['super_admin'])
    expect(await rows('SELECT email FROM users WHERE tenant_id = ?', world.tenantId)).toEqual([
      { email },
    ])
  })

  it('is never somebody who had the address before', async () => {
    const world = await createAuthWorld()
    const ctx = await world.system()
    const squatter = { email, name: 'x', password: PASSWORD, roles: ['customer'] }
    await createUser(world.deps(), ctx, squatter)
    const ensured = ensureFirstAdministrator(world.deps(), ctx, { email, password: PASSWORD })
    await expect(ensured).rejects.toMatchObject({ definition: { code: 'auth.email_taken' } })
    expect((await world.loginAgain(email)).user.roles).toEqual(['customer'])
  })

  it('needs a principal that may make one', async () => {
    const world = await createAuthWorld()
    const ctx = await world.system()
    const weak = {
      ...ctx,
      principal: { kind: 'system', name: 'x', permissions: unbounded(['users:create']) },
    } as const
    const ensured = ensureFirstAdministrator(world.deps(), weak, { email, password: PASSWORD })
    await expect(ensured).rejects.toMatchObject({ definition: { code: 'rbac.grant_too_wide' } })
  })
})
