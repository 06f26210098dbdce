import { limits } from '../../../../kernel/limits.ts'
import type { SweepDefinition } from '../../../../kernel/module.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { sweepRows } from '../../../commit/index.ts'
import { deleteInvitations } from '../repo.ts'

/** What becomes too old of invitations. */
export const invitationSweeps: readonly SweepDefinition<Deps>[] = [
  {
    name: 'invitations',
    description: 'Invitations a month after their time.',
    run: (deps, now, limit) =>
      sweepRows(deps, [deleteInvitations(now - limits.invitations.keptMilliseconds, limit)]),
  },
]
