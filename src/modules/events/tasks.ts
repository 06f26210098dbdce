import type { TaskDefinition } from '../../kernel/module.ts'
import { parseWith } from '../../kernel/parse.ts'
import type { Deps } from '../../ports/deps.ts'
import { purgeBody, redriveBody } from './operators/schemas.ts'
import { purgeDeadLetters, redriveDeadLetters } from './operators/service/change-dead-letters.ts'

export const tasks: readonly TaskDefinition<Deps>[] = [
  {
    name: 'events:redrive',
    description: 'Gives the dead letters of a filter to their subscribers again.',
    input: redriveBody,
    permission: 'events:manage',
    run: (deps, ctx, input) => redriveDeadLetters(deps, ctx, parseWith(redriveBody, input)),
  },
  {
    name: 'events:purge',
    description: 'Forgets the dead letters of a filter for ever.',
    input: purgeBody,
    permission: 'events:manage',
    run: (deps, ctx, input) => purgeDeadLetters(deps, ctx, parseWith(purgeBody, input)),
  },
]
