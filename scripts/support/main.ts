import { Stopped } from './signals.ts'

/** A mistake in how a script was called. It is shown without a stack and ends with exit code 2. */
export class UsageError extends Error {}

/** A step that could not be done. It is shown without a stack and ends with exit code 1. */
export class StepError extends Error {}

/**
 * Runs a script's main function and sets the exit code: what `main` answers, 2 for a `UsageError`
 * (with the help to look at), 1 for a `StepError`, 130 for a script that was stopped. Anything else
 * is a fault of ours and is thrown.
 */
export async function runMain(help: string, main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${help}`)
      process.exitCode = 2
    } else if (error instanceof StepError) {
      console.error(error.message)
      process.exitCode = 1
    } else if (error instanceof Stopped) {
      process.exitCode = 130
    } else throw error
  }
}
