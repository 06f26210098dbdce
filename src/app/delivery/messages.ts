import * as z from 'zod'
import type { WakeUp } from '../../ports/transport.ts'

const wakeUpSchema = z.object({
  kind: z.enum(['event', 'job']),
  shard: z.string().min(1).max(63),
  tenantId: z.string().min(1).max(36),
  id: z.string().min(1).max(36),
  name: z.string().max(100),
  lease: z.string().min(1).max(36),
})

/** Reads a queue's message; undefined for one that is no wake-up call. */
export function wakeUpOf(body: unknown): WakeUp | undefined {
  const parsed = wakeUpSchema.safeParse(body)
  return parsed.success ? parsed.data : undefined
}
