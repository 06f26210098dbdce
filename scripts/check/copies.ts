import * as z from 'zod'
import type { Finding } from './finding.ts'

/** Packages whose values recognise each other by identity, or that are too large to carry twice. */
const SINGLE = ['hono', 'zod', 'graphql', 'drizzle-orm', 'jose']

const lockSchema = z.object({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })),
})

/**
 * Packages that the lockfile installs more than once. Copies below a development tool count too:
 * the tests must run on the copy that is shipped.
 * @param lock package-lock.json, parsed
 */
export function copyFindings(lock: unknown): Finding[] {
  const { packages } = lockSchema.parse(lock)
  return SINGLE.flatMap((name) => {
    const copies = Object.entries(packages).filter(([path]) =>
      path.endsWith(`node_modules/${name}`),
    )
    if (copies.length === 1) return []
    const list = copies.map(([path, { version }]) => `${path} ${version ?? ''}`.trim())
    return [
      {
        where: 'package-lock.json',
        what: `installs ${copies.length} copies of ${name}: ${list.join(', ')}`,
        fix: `Choose versions that agree; \`npm ls ${name}\` shows who asks for which.`,
      },
    ]
  })
}
