import * as z from 'zod'
import type { TaskDefinition } from '../../kernel/module.ts'
import type { Deps } from '../../ports/deps.ts'
import { syncSystemRoles } from './service/sync.ts'

export const tasks: readonly TaskDefinition<Deps>[] = [
  {
    name: 'rbac:sync',
    description: 'Gives the seeded roles the permissions that a newer release declares.',
    input: z.strictObject({}),
    permission: 'roles:sync',
    run: (deps, ctx) => syncSystemRoles(deps, ctx),
  },
]
