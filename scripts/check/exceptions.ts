import type { Finding } from './finding.ts'

/** A finding that may stay, and why. The lists of them may only shrink. */
export interface Exception {
  /** The file that the finding is in. */
  readonly path: string
  /** What the finding says, word for word. */
  readonly what: string
  readonly because: string
}

/** The findings that no exception covers, and one more for every exception that covers none. */
export function withoutExceptions(
  findings: readonly Finding[],
  exceptions: readonly Exception[],
): Finding[] {
  const covers = ({ path, what }: Exception, finding: Finding): boolean =>
    finding.where.replace(/:\d+$/, '') === path && finding.what === what
  const unused = exceptions.filter(
    (exception) => !findings.some((finding) => covers(exception, finding)),
  )
  return [
    ...findings.filter((finding) => !exceptions.some((exception) => covers(exception, finding))),
    ...unused.map(({ path, what }) => ({
      where: path,
      what: `has an exception that it does not need: ${what}`,
      fix: 'Remove the exception from scripts/check.',
    })),
  ]
}
