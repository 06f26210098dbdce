import { fullJitter } from '../../../kernel/backoff.ts'
import { defineJob } from '../../../kernel/job.ts'
import type { Deps } from '../../../ports/deps.ts'
import { lateSchema } from './schemas.ts'
import { eraseLate } from './service/empty-tenant.ts'

/** Looks once more, when every isolate knows that the tenant is gone. */
export const eraseLateJob = defineJob<Deps>()({
  name: 'tenants:erase-late',
  version: 1,
  description: 'Erases what was still written for a tenant while it was erased.',
  schema: lateSchema,
  permissions: [],
  retry: fullJitter({ maxAttempts: 5, baseMilliseconds: 60_000, capMilliseconds: 3_600_000 }),
  timeoutSeconds: 120,
  unique: ({ tenantId }) => tenantId,
  perform: (deps, _, payload) => eraseLate(deps, payload),
})
