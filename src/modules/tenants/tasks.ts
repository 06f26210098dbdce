import type { TaskDefinition } from '../../kernel/module.ts'
import { parseWith } from '../../kernel/parse.ts'
import type { Deps } from '../../ports/deps.ts'
import { createTenantBody } from './schemas.ts'
import { createTenant } from './service/create.ts'

export const tasks: readonly TaskDefinition<Deps>[] = [
  {
    name: 'tenants:create',
    description: 'Creates a tenant with its default locale, modules and seeded roles.',
    input: createTenantBody,
    permission: 'tenants:create',
    run: (deps, ctx, input) => createTenant(deps, ctx, parseWith(createTenantBody, input)),
  },
]
