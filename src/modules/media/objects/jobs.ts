import * as z from 'zod'
import { fullJitter } from '../../../kernel/backoff.ts'
import { defineJob } from '../../../kernel/job.ts'
import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { removeDoomed } from './service/remove.ts'

const schema = z.object({ objectIds: z.array(z.string()).max(limits.media.files) })

/** Removes the objects of an asset that is deleted. What it leaves after its last try the sweep takes. */
export const removeObjectsJob = defineJob<Deps>()({
  name: 'media:remove-objects',
  version: 1,
  description: 'Removes the files of a deleted asset from the store',
  schema,
  permissions: [],
  retry: fullJitter({ maxAttempts: 10, baseMilliseconds: 1_000, capMilliseconds: 900_000 }),
  timeoutSeconds: 60,
  perform: async (deps, ctx, { objectIds }) => ({
    removed: await removeDoomed(deps, ctx.tenant.id, objectIds),
  }),
})
