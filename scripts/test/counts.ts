import * as z from 'zod'

/** How many tests and checks passed and failed. */
export interface Counts {
  readonly passed: number
  readonly failed: number
}

export const noCounts: Counts = { passed: 0, failed: 0 }

export const addCounts = (one: Counts, other: Counts): Counts => ({
  passed: one.passed + other.passed,
  failed: one.failed + other.failed,
})

/** The line that every test command ends with. */
export const summaryOf = ({ passed, failed }: Counts): string =>
  `${passed} passed, ${failed} failed`

const reportSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
})

/**
 * Reads the report of vitest's JSON reporter. What did not run counts as failed: a skipped test, a
 * file that could not be loaded, a run without any test, and a run that ended badly although all
 * of its tests passed (an unhandled error).
 * @param report the parsed report, or undefined when vitest wrote none
 */
export function countVitest(report: unknown, exitCode: number): Counts {
  const parsed = reportSchema.safeParse(report)
  if (!parsed.success) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = parsed.data
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  const failed = numFailedTests + numPendingTests + numTodoTests + brokenFiles.length
  const endedBadly = failed === 0 && (exitCode !== 0 || numPassedTests === 0)
  return { passed: numPassedTests, failed: endedBadly ? 1 : failed }
}
