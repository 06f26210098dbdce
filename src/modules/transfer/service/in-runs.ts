import { AppError } from '../../../kernel/errors.ts'
import { JobRefused, JobSnoozed } from '../../../kernel/job.ts'
import type { Deps } from '../../../ports/deps.ts'

/**
 * Puts a job off that has more to do, without it counting as a failure. What the files or the target
 * are at fault for is not tried again.
 */
export async function inRuns<Result>(
  { clock }: Pick<Deps, 'clock'>,
  perform: () => Promise<Result | undefined>,
): Promise<Result> {
  try {
    const result = await perform()
    if (result === undefined) throw new JobSnoozed(clock.now())
    return result
  } catch (error) {
    if (error instanceof AppError && error.definition.status < 500)
      throw new JobRefused(`${error.definition.code}: ${error.message}`)
    throw error
  }
}
