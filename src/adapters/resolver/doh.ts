import * as z from 'zod'
import type { ResolveName } from '../../ports/fetcher.ts'

/** Types of records (RFC 1035 §3.2.2, RFC 3596 §2.1). */
const ADDRESS_TYPES = { A: 1, AAAA: 28 } as const

const MILLISECONDS = 3_000

/** Response codes (RFC 1035 §4.1.1): no error, and no such name. */
const answered = [0, 3]

const answerSchema = z.object({
  Status: z.int(),
  Answer: z.array(z.object({ type: z.int(), data: z.string() })).optional(),
})

/**
 * Asks a resolver over HTTPS in its JSON form (`application/dns-json`, as Cloudflare 1.1.1.1 and
 * Google answer it) for A and AAAA. Nothing is kept. Throws when either has no answer.
 */
export function createDohResolver(resolverUrl: string): ResolveName {
  const ask = async (name: string, type: keyof typeof ADDRESS_TYPES) => {
    const url = new URL(resolverUrl)
    url.searchParams.set('name', name)
    url.searchParams.set('type', type)
    const response = await fetch(url, {
      headers: { accept: 'application/dns-json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(MILLISECONDS),
    })
    if (!response.ok) throw new Error(`the resolver answered ${response.status}`)
    const { Status, Answer = [] } = answerSchema.parse(await response.json())
    if (!answered.includes(Status)) throw new Error(`the resolver answered the code ${Status}`)
    return Answer.filter((record) => record.type === ADDRESS_TYPES[type]).map(({ data }) => data)
  }
  return async (name) => (await Promise.all([ask(name, 'A'), ask(name, 'AAAA')])).flat()
}
