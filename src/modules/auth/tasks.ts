import type { TaskDefinition } from '../../kernel/module.ts'
import { parseWith } from '../../kernel/parse.ts'
import type { Deps } from '../../ports/deps.ts'
import { retentionTasks } from './retention/index.ts'
import { createUserInput } from './schemas.ts'
import { createUser } from './users/service/create-user.ts'

export const tasks: readonly TaskDefinition<Deps>[] = [
  {
    name: 'users:create',
    description: 'Creates a user of the tenant.',
    input: createUserInput,
    permission: 'users:create',
    runs: 'at_once',
    run: (deps, ctx, input) => createUser(deps, ctx, parseWith(createUserInput, input)),
  },
  ...retentionTasks,
]
