import type { TaskDefinition } from '../../kernel/module.ts'
import { parseWith } from '../../kernel/parse.ts'
import type { Deps } from '../../ports/deps.ts'
import { cloneInput, exportInput, importInput } from './schemas.ts'
import { personInput } from './people/schemas.ts'
import { exportUser } from './people/service/start.ts'
import { startClone, startExport, startImport } from './service/start.ts'

export const tasks: readonly TaskDefinition<Deps>[] = [
  {
    name: 'tenants:export',
    description: 'Starts the export of a tenant to storage.',
    input: exportInput,
    permission: 'transfers:run',
    run: (deps, ctx, input) => startExport(deps, ctx, parseWith(exportInput, input)),
  },
  {
    name: 'tenants:import',
    description: 'Starts the import of an export into an empty tenant.',
    input: importInput,
    permission: 'transfers:run',
    run: (deps, ctx, input) => startImport(deps, ctx, parseWith(importInput, input)),
  },
  {
    name: 'tenants:clone',
    description: 'Starts the export of a tenant and its import into an empty one.',
    input: cloneInput,
    permission: 'transfers:run',
    run: (deps, ctx, input) => startClone(deps, ctx, parseWith(cloneInput, input)),
  },
  {
    name: 'users:export-data',
    description: 'Starts the export of all that the tenant holds on a user.',
    input: personInput,
    permission: 'users:export',
    // Whose data the caller may read depends on who it is.
    runs: 'at_once',
    run: (deps, ctx, input) => exportUser(deps, ctx, { id: parseWith(personInput, input).user }),
  },
]
