import * as z from 'zod'
import type { TaskDefinition } from '../../kernel/module.ts'
import { parseWith } from '../../kernel/parse.ts'
import type { Deps } from '../../ports/deps.ts'
import { eraseInput, eraseTenants } from './erasure/index.ts'
import { createTenantBody } from './schemas.ts'
import { warmCache } from './cache/service/warm.ts'
import { createTenant } from './service/create.ts'

const warmInput = z.strictObject({
  limit: z.int().min(1).max(1_000).default(200).meta({ description: 'Tenants of each shard.' }),
})

export const tasks: readonly TaskDefinition<Deps>[] = [
  {
    name: 'tenants:create',
    description: 'Creates a tenant with its default locale, modules and seeded roles.',
    input: createTenantBody,
    permission: 'tenants:create',
    run: (deps, ctx, input) => createTenant(deps, ctx, parseWith(createTenantBody, input)),
  },
  {
    name: 'cache:warm',
    description: 'Writes the snapshots of the newest tenants into the caches.',
    input: warmInput,
    permission: 'maintenance:run',
    run: (deps, ctx, input, progress) =>
      warmCache(deps, ctx, parseWith(warmInput, input), progress),
  },
  {
    name: 'tenants:erase',
    description: 'Erases tenants whose deletion was requested, when their grace period is over.',
    input: eraseInput,
    permission: 'maintenance:run',
    alsoNeeds: ['tenants:delete'],
    run: (deps, ctx, input, progress) =>
      eraseTenants(deps, ctx, parseWith(eraseInput, input), progress),
  },
]
