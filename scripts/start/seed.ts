import * as z from 'zod'
import { StepError } from '../support/main.ts'
import type { SeededTenant } from './greeting.ts'

const answer = z.object({
  tenants: z.array(
    z.object({
      slug: z.string(),
      users: z.array(z.object({ email: z.string(), role: z.string() })),
    }),
  ),
})

/**
 * Asks the Worker to seed the demo tenants by its development-only door. Doing it again adds
 * nothing. Throws `StepError` with the Worker's answer when it refuses.
 */
export async function seedDemo(origin: string, appSecret: string): Promise<SeededTenant[]> {
  const response = await fetch(`${origin}/_dev/seed?profile=dev`, {
    method: 'POST',
    headers: { 'x-dev-token': appSecret },
  })
  const text = await response.text()
  if (!response.ok) throw new StepError(`The demo was not seeded: ${response.status} ${text}`)
  return answer.parse(JSON.parse(text)).tenants
}
