import type { ScheduleDefinition, TaskDefinition } from '../../../kernel/module.ts'
import { parseWith } from '../../../kernel/parse.ts'
import type { Deps } from '../../../ports/deps.ts'
import { cleanUp } from '../../schedules/index.ts'
import { authCleanupInput, authTargets } from './schemas.ts'

export const retentionTasks: readonly TaskDefinition<Deps>[] = [
  {
    name: 'auth:cleanup',
    description: 'Removes sessions, tokens and attempts of all tenants whose time is over.',
    input: authCleanupInput,
    permission: 'maintenance:run',
    run(deps, ctx, input, progress) {
      const { targets } = parseWith(authCleanupInput, input)
      const named = authTargets.filter((target) => targets.includes(target))
      return cleanUp(
        deps,
        ctx,
        { targets: targets.includes('all') ? authTargets : named },
        progress,
      )
    },
  },
]

export const retentionSchedules: readonly ScheduleDefinition[] = [
  {
    name: 'auth:cleanup',
    description: 'Removes sessions, tokens and attempts whose time is over.',
    cron: '47 * * * *',
    task: 'auth:cleanup',
    missed: 'once',
  },
]
