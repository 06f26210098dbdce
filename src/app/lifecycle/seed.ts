import { systemContext } from '../../kernel/context.ts'
import type { SeedProfile } from '../../kernel/module.ts'
import { type SeededUser, hadUsers, seedUsers } from '../../modules/auth/index.ts'
import { provisionTenant } from '../../modules/tenants/index.ts'
import type { Isolate } from '../isolate.ts'
import { modules } from '../modules.ts'
import { depsOf } from './deps.ts'

/** A tenant that a seed has made or found. */
export interface SeededTenant {
  readonly slug: string
  readonly users: readonly SeededUser[]
}

const TENANTS: Readonly<Record<SeedProfile, readonly { slug: string; name: string }[]>> = {
  dev: [
    { slug: 'demo', name: 'Demo' },
    { slug: 'acme', name: 'Acme' },
  ],
  test: [
    { slug: 'demo', name: 'Demo' },
    { slug: 'acme', name: 'Acme' },
  ],
  minimal: [],
}

/**
 * Fills the deployment with a profile's tenants, content and users. The users come last: a tenant
 * that ever had one has its content, which stays as people leave it. One that was stopped before is
 * done to its end.
 */
export async function seed(
  isolate: Isolate,
  profile: SeedProfile,
  password: string,
): Promise<SeededTenant[]> {
  const seeded: SeededTenant[] = []
  for (const wanted of TENANTS[profile]) {
    const deps = depsOf(isolate)
    const call = { requestId: deps.ids.next(), now: deps.clock.now() }
    if (!(await deps.tenants.find({ kind: 'slug', value: wanted.slug })))
      await provisionTenant(deps, call, wanted)
    const tenant = await deps.tenants.find({ kind: 'slug', value: wanted.slug })
    if (!tenant) throw new Error(`the tenant ${wanted.slug} is not there after it was made`)
    const permissions = modules.flatMap((module) =>
      module.permissions.map((permission) => permission.name),
    )
    const ctx = systemContext(tenant, {
      name: 'seed',
      permissions,
      id: call.requestId,
      now: call.now,
    })
    if (!(await hadUsers(deps, ctx)))
      for (const module of modules) await module.seed?.(deps, ctx, profile)
    const users = await seedUsers(deps, ctx, { password })
    seeded.push({ slug: wanted.slug, users })
  }
  return seeded
}
