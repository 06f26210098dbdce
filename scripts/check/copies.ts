import * as z from 'zod'
import type { Finding } from './finding.ts'

/** Packages whose values recognise each other by identity, or that are too large to carry twice. */
const SINGLE = ['hono', 'zod', 'graphql', 'drizzle-orm', 'jose']

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ name: z.string().optional(), version: z.string().optional() }),
  ),
})

/**
 * Packages that the lockfile installs more than once, be it under an alias. Copies below a development tool count too:
 * the tests must run on the copy that is shipped.
 * @param lock package-lock.json, parsed
 */
export function copyFindings(lock: unknown): Finding[] {
  const { packages } = lockSchema.parse(lock)
  return SINGLE.flatMap((name) => {
    const copies = Object.entries(packages).filter(([path, entry]) => {
      const folder = /.*node_modules\/(.+)$/.exec(path)?.[1]
      // npm names the package of a folder when it goes by another name: an alias.
      return folder !== undefined && (entry.name ?? folder) === name
    })
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
