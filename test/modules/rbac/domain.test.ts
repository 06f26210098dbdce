import { describe, expect, it } from 'vitest'
import type { Principal } from '../../../src/kernel/context.ts'
import { AppError } from '../../../src/kernel/errors.ts'
import { type Grants, unbounded } from '../../../src/kernel/grants.ts'
import { definePermissions } from '../../../src/kernel/permissions.ts'
import {
  allPermissions,
  grantList,
  grantsFrom,
  matrixOf,
  missingGrants,
  permissionsOf,
  requireCovers,
  requireGrantable,
  requireHeld,
  uncovered,
} from '../../../src/modules/rbac/domain.ts'

const OWN = [{ own: true }] as const
const tenant = {
  roles: {
    super_admin: { 'posts:create': [{}], 'posts:update': [{}], 'users:create': [{}] },
    manager: { 'posts:create': [{}], 'posts:update': OWN },
    editor: { 'posts:update': [{ statuses: ['draft'], fields: ['title'] }] },
    customer: {},
  },
}
const module = {
  slug: 'blog',
  title: 'Blog',
  kind: 'optional' as const,
  dependsOn: [],
  events: [],
  permissions: definePermissions({
    'posts:update': [
      'Edit posts',
      ['admin'],
      ['manager'],
      { item: 'post', own: true, statuses: ['draft', 'published'], fields: ['title', 'body'] },
    ],
    'posts:create': ['Write posts', ['admin', 'manager']],
  }),
}
const user = (permissions: Grants): Principal => ({
  kind: 'user',
  userId: 'u',
  sessionId: 's',
  roles: [],
  permissions: new Map(Object.entries(permissions)),
})
const faultOf = (work: () => unknown): string => {
  try {
    work()
    return 'passed'
  } catch (error) {
    if (!(error instanceof AppError)) return String(error)
    const [field] = error.errors ?? []
    return field ? `${error.definition.code} ${field.pointer}` : error.definition.code
  }
}
const granting = (principal: Principal, ...roles: string[]) =>
  // -- the rule reads the roles of the tenant alone
  faultOf(() => requireGrantable({ tenant: tenant as never, principal }, roles))

describe('permissions of roles', () => {
  it('add up, rule by rule', () => {
    expect([...permissionsOf(tenant, ['manager', 'editor', 'customer'])]).toEqual([
      ['posts:create', [{}]],
      ['posts:update', [{ own: true }, { statuses: ['draft'], fields: ['title'] }]],
    ])
    expect(permissionsOf(tenant, ['manager', 'super_admin']).get('posts:update')).toEqual([{}])
    expect(permissionsOf(tenant, []).size).toBe(0)
  })

  it.each(['unknown', '__proto__', 'constructor', 'toString', ''])(
    'are none for the role %j',
    (role) => {
      expect(permissionsOf(tenant, [role]).size).toBe(0)
    },
  )

  it('cover narrower ones, never the other way round', () => {
    const own = new Map([['posts:update', OWN]])
    expect(uncovered(unbounded(['posts:update']), own)).toEqual([])
    expect(uncovered(own, unbounded(['posts:update']))).toEqual(['posts:update'])
  })
})

describe('granting', () => {
  const manager = user({ 'posts:create': [{}], 'posts:update': OWN, 'users:create': [{}] })

  it('is refused beyond what the caller may do', () => {
    expect(granting(manager, 'manager', 'customer')).toBe('passed')
    expect(granting(manager, 'super_admin')).toBe('rbac.grant_too_wide')
    expect(granting(manager, 'customer', 'super_admin')).toBe('rbac.grant_too_wide')
  })

  it('is refused beyond the rules by which the caller may do it', () => {
    const wide = (rule: object) =>
      faultOf(() => requireHeld({ principal: manager }, new Map([['posts:update', [rule]]])))
    expect(wide({ own: true, statuses: ['draft'] })).toBe('passed')
    expect(wide({ statuses: ['draft'] })).toBe('rbac.grant_too_wide')
    expect(granting(manager, 'editor')).toBe('rbac.grant_too_wide')
  })

  it('is refused to callers who are nobody', () => {
    expect(granting({ kind: 'anonymous' }, 'manager')).toBe('rbac.grant_too_wide')
    const ctx = { tenant: tenant as never, principal: { kind: 'anonymous' } as const }
    expect(faultOf(() => requireCovers(ctx, ['customer']))).toBe('passed')
  })

  it.each(['owner', '__proto__', 'constructor'])(
    'is refused for the role %s, which does not exist',
    (role) => {
      expect(granting(user({ 'posts:create': [{}] }), role)).toBe('invalid_input /roles/0')
    },
  )
})

describe('the grants of a role', () => {
  const made = (...list: Parameters<typeof grantsFrom>[1]) =>
    faultOf(() => grantsFrom([module], list))

  it('name what the modules declare and nothing else', () => {
    const create = { permission: 'posts:create' }
    const update = { permission: 'posts:update' }
    expect(made(create, { ...update, own: true, statuses: ['draft'], fields: ['body'] })).toBe(
      'passed',
    )
    expect(made(create, { permission: 'posts:fly' })).toBe('invalid_input /grants/1/permission')
    expect(made({ permission: '__proto__' })).toBe('invalid_input /grants/0/permission')
    expect(made({ ...create, own: true })).toBe('invalid_input /grants/0/own')
    expect(made({ ...create, statuses: ['draft'] })).toBe('invalid_input /grants/0/statuses')
    expect(made({ ...update, statuses: ['draft', 'gone'] })).toBe(
      'invalid_input /grants/0/statuses/1',
    )
    expect(made({ ...update, fields: ['version'] })).toBe('invalid_input /grants/0/fields/0')
  })

  it('are kept once each; one that narrows nothing makes the others idle', () => {
    const draft = { permission: 'posts:update', statuses: ['draft'] }
    expect(grantsFrom([module], [draft, draft])).toEqual({
      'posts:update': [{ statuses: ['draft'] }],
    })
    expect(grantsFrom([module], [draft, { permission: 'posts:update' }])).toEqual({
      'posts:update': [{}],
    })
  })
})

describe('the permission matrix', () => {
  const role = (slug: string, grants: Grants) => ({
    slug,
    name: slug,
    description: '',
    isSystem: true,
    version: 1,
    grants: grantList(grants),
  })

  it('names every declared permission with the roles that hold it and their rules', () => {
    const roles = [
      role('admin', { 'posts:update': [{}], 'posts:create': [{}] }),
      role('manager', { 'posts:update': [{ own: true }, { statuses: ['draft'] }] }),
    ]
    expect(matrixOf([module], roles)).toEqual([
      {
        name: 'posts:create',
        description: 'Write posts',
        module: 'blog',
        rules: null,
        grants: [{ role: 'admin' }],
      },
      {
        name: 'posts:update',
        description: 'Edit posts',
        module: 'blog',
        rules: {
          item: 'post',
          own: true,
          statuses: ['draft', 'published'],
          fields: ['title', 'body'],
        },
        grants: [
          { role: 'admin' },
          { role: 'manager', own: true },
          { role: 'manager', statuses: ['draft'] },
        ],
      },
    ])
    expect(allPermissions([module])).toEqual(new Set(['posts:create', 'posts:update']))
  })

  it('tells what a release declares and the seeded roles lack', () => {
    const roles = [
      role('super_admin', { 'posts:create': [{}], 'posts:update': [{}] }),
      role('manager', { 'posts:create': [{}] }),
      role('editor', {}),
    ]
    expect(missingGrants(roles, [module])).toEqual([
      { role: roles[1], grants: { 'posts:update': [{ own: true }] } },
    ])
  })
})
