import * as z from 'zod'
import type { RelayCall, WakeUp } from '../../ports/transport.ts'

const wakeUpSchema = z.object({
  kind: z.enum(['event', 'job']),
  shard: z.string().min(1).max(63),
  tenantId: z.string().min(1).max(36),
  id: z.string().min(1).max(36),
  name: z.string().max(100),
  lease: z.string().min(1).max(36),
})

const relayCallSchema = z.object({ kind: z.literal('relay'), shard: z.string().min(1).max(63) })

/** Reads a queue's message; undefined for one that is not of ours. */
export function messageOf(body: unknown): WakeUp | RelayCall | undefined {
  const parsed = z.union([wakeUpSchema, relayCallSchema]).safeParse(body)
  return parsed.success ? parsed.data : undefined
}
