import * as z from 'zod'
import { fullJitter } from '../../../kernel/backoff.ts'
import { type JobRequest, defineJob, jobOf } from '../../../kernel/job.ts'
import type { Deps } from '../../../ports/deps.ts'
import type { Asset } from '../assets/index.ts'
import { lookAt } from './service/look-at.ts'

const schema = z.object({ assetId: z.string(), file: z.int(), objectId: z.string() })

/** Looks at a picture that was uploaded. */
export const lookJob = defineJob<Deps>()({
  name: 'media:look',
  version: 1,
  description: 'Finds the BlurHash and the dominant colour of a picture',
  schema,
  permissions: [],
  retry: fullJitter({ maxAttempts: 5, baseMilliseconds: 5_000, capMilliseconds: 900_000 }),
  timeoutSeconds: 60,
  priority: 'low',
  perform: async (deps, ctx, payload, run) => ({ looked: await lookAt(deps, ctx, payload, run) }),
})

/** What an asset’s new file is to have done; nothing where nobody can read pictures. */
export function lookJobs(
  { images }: Pick<Deps, 'images'>,
  { id: assetId, file: { number: file, objectId, picture } }: Pick<Asset, 'id' | 'file'>,
): JobRequest[] {
  if (!picture || images.types.length === 0) return []
  return [jobOf(lookJob, { assetId, file, objectId })]
}
