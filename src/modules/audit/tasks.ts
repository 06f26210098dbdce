import type { TaskDefinition } from '../../kernel/module.ts'
import { parseWith } from '../../kernel/parse.ts'
import type { Deps } from '../../ports/deps.ts'
import { verifyLog } from './chain/service/verify.ts'
import { exportInput } from './entries/schemas.ts'
import { exportEntries } from './entries/service/export-entries.ts'
import { verifyInput } from './schemas.ts'

export const tasks: readonly TaskDefinition<Deps>[] = [
  {
    name: 'audit:verify',
    description: 'Verifies that the audit log is what the platform has written, entry by entry.',
    input: verifyInput,
    permission: 'audit:verify',
    run: (deps, ctx, input) => verifyLog(deps, ctx, parseWith(verifyInput, input)),
  },
  {
    name: 'audit:export',
    description: 'Exports a page of the audit log, oldest first; by CLI all of it as NDJSON.',
    input: exportInput,
    permission: 'audit:export',
    // The entries do not belong into the history of jobs.
    runs: 'at_once',
    run: (deps, ctx, input) => exportEntries(deps, ctx, parseWith(exportInput, input)),
  },
]
