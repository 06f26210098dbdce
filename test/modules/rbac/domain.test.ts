import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Principal } from '../../../src/kernel/context.ts'
import { AppError } from '../../../src/kernel/errors.ts'
import { definePermissions } from '../../../src/kernel/permissions.ts'
import {
  allPermissions,
  matrixOf,
  missingGrants,
  permissionsOf,
  requireCovers,
  requireGrantable,
  uncovered,
} from '../../../src/modules/rbac/domain.ts'

const tenant = {
  roles: {
    super_admin: ['posts:create', 'posts:update', 'users:create'],
    manager: ['posts:create', 'posts:update:own'],
    customer: [],
  },
}
const module = {
  slug: 'blog',
  title: 'Blog',
  kind: 'optional' as const,
  dependsOn: [],
  events: [],
  permissions: definePermissions({
    'posts:update': ['Edit posts', ['admin'], ['manager']],
    'posts:create': ['Write posts', ['admin', 'manager']],
  }),
}
const user = (...permissions: string[]): Principal => ({
  kind: 'user',
  userId: 'u',
  sessionId: 's',
  roles: [],
  permissions: new Set(permissions),
})
const codeOf = (work: () => void): string => {
  try {
    work()
    return 'passed'
  } catch (error) {
    return error instanceof AppError ? error.definition.code : String(error)
  }
}
const granting = (principal: Principal, ...roles: string[]) =>
  // -- the rule reads the roles of the tenant alone
  codeOf(() => requireGrantable({ tenant: tenant as never, principal }, roles))

describe('permissions of roles', () => {
  it('add up', () => {
    expect([...permissionsOf(tenant, ['manager', 'customer'])]).toEqual([
      'posts:create',
      'posts:update:own',
    ])
    expect(permissionsOf(tenant, []).size).toBe(0)
  })

  it.each(['unknown', '__proto__', 'constructor', 'toString', ''])(
    'are none for the role %j',
    (role) => {
      expect(permissionsOf(tenant, [role]).size).toBe(0)
    },
  )

  it('cover the same ones for own items, never the other way round', () => {
    expect(uncovered(new Set(['posts:update']), ['posts:update:own'])).toEqual([])
    expect(uncovered(new Set(['posts:update:own']), ['posts:update'])).toEqual(['posts:update'])
  })
})

describe('granting', () => {
  it('is refused beyond what the caller may do', () => {
    const manager = user('posts:create', 'posts:update:own', 'users:create')
    expect(granting(manager, 'manager', 'customer')).toBe('passed')
    expect(granting(manager, 'super_admin')).toBe('rbac.grant_too_wide')
    expect(granting(manager, 'customer', 'super_admin')).toBe('rbac.grant_too_wide')
  })

  it('is refused to callers who are nobody', () => {
    expect(granting({ kind: 'anonymous' }, 'manager')).toBe('rbac.grant_too_wide')
  })

  it.each(['owner', '__proto__', 'constructor'])(
    'is refused for the role %s, which does not exist',
    (role) => {
      expect(granting(user('posts:create'), role)).toBe('invalid_input')
    },
  )

  it('never widens: whoever may grant roles holds all that they permit', () => {
    const names = ['a:x', 'a:x:own', 'b:y', 'b:y:own', 'c:z']
    const permissions = fc.subarray(names)
    fc.assert(
      fc.property(permissions, fc.array(permissions, { maxLength: 3 }), (held, grants) => {
        const roles = Object.fromEntries(grants.map((grant, index) => [`r${index}`, grant]))
        const ctx = { tenant: { roles } as never, principal: user(...held) }
        const passes = codeOf(() => requireCovers(ctx, Object.keys(roles))) === 'passed'
        const covered = grants
          .flat()
          .every((name) => held.includes(name) || held.includes(name.replace(':own', '')))
        expect(passes).toBe(covered)
      }),
    )
  })
})

describe('the permission matrix', () => {
  const role = (slug: string, permissions: string[]) => ({
    slug,
    name: slug,
    isSystem: true,
    version: 1,
    permissions,
  })

  it('names every declared permission with the roles that hold it', () => {
    const roles = [
      role('admin', ['posts:update', 'posts:create']),
      role('manager', ['posts:update:own']),
    ]
    expect(matrixOf([module], roles)).toEqual([
      {
        name: 'posts:create',
        description: 'Write posts',
        module: 'blog',
        roles: ['admin'],
        ownRoles: [],
      },
      {
        name: 'posts:update',
        description: 'Edit posts',
        module: 'blog',
        roles: ['admin'],
        ownRoles: ['manager'],
      },
    ])
    expect(allPermissions([module])).toEqual(new Set(['posts:create', 'posts:update']))
  })

  it('tells what a release declares and the seeded roles lack', () => {
    const roles = [
      role('super_admin', ['posts:create', 'posts:update']),
      role('manager', ['posts:create']),
      role('editor', []),
    ]
    expect(missingGrants(roles, [module])).toEqual([
      { role: roles[1], permissions: ['posts:update:own'] },
    ])
  })
})
