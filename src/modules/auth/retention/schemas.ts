import * as z from 'zod'

/** What of log-ins and accounts can be cleaned up by itself. */
export const authTargets = [
  'sessions',
  'tokens',
  'attempts',
  'login-history',
  'invitations',
] as const

/** What `auth:cleanup` is to clean up. */
export const authCleanupInput = z.strictObject({
  targets: z
    .array(z.enum([...authTargets, 'all']))
    .min(1)
    .max(6)
    .default(['all'])
    .meta({ description: 'What to clean up; all when absent.', example: ['sessions', 'tokens'] }),
})
