import type { TaskDefinition } from '../../kernel/module.ts'
import { parseWith } from '../../kernel/parse.ts'
import type { Deps } from '../../ports/deps.ts'
import { cleanUp, cleanupInput } from './tasks/index.ts'

export const tasks: readonly TaskDefinition<Deps>[] = [
  {
    name: 'cleanup',
    description: 'Removes what is too old: sessions, keys, events, jobs and runs of all tenants.',
    input: cleanupInput,
    permission: 'maintenance:run',
    run: (deps, ctx, input, progress) =>
      cleanUp(deps, ctx, parseWith(cleanupInput, input), progress),
  },
]
