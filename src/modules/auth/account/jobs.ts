import * as z from 'zod'
import { fullJitter } from '../../../kernel/backoff.ts'
import { defineJob } from '../../../kernel/job.ts'
import type { Deps } from '../../../ports/deps.ts'
import { sendResetLink } from './service/send-reset-link.ts'

/** Looks up an address that somebody has named as theirs, out of sight of who named it. */
export const resetLinkJob = defineJob<Deps>()({
  name: 'auth:send-reset-link',
  version: 1,
  description: 'Sends a link for a new password to an address, if an account has it',
  schema: z.object({
    address: z.string().meta({ description: 'Sealed.' }),
    key: z.string().meta({ description: 'The same for the same address.' }),
  }),
  permissions: [],
  retry: fullJitter({ maxAttempts: 10, baseMilliseconds: 1_000, capMilliseconds: 60_000 }),
  timeoutSeconds: 25,
  priority: 'high',
  unique: ({ key }) => key,
  perform: (deps, ctx, payload, run) => sendResetLink(deps, ctx, payload, run),
})

export const accountJobs = [resetLinkJob]
