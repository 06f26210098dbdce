import * as z from 'zod'
import type { TaskDefinition } from '../../kernel/module.ts'
import type { Deps } from '../../ports/deps.ts'
import { purgeExpired } from './assets/service/purge-asset.ts'

export const mediaTasks: readonly TaskDefinition<Deps>[] = [
  {
    name: 'media:purge-trash',
    description: 'Deletes the assets of all tenants that have been in the trash for 30 days.',
    input: z.strictObject({}),
    permission: 'maintenance:run',
    run: (deps, ctx) => purgeExpired(deps, ctx),
  },
]
