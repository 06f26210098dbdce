import { AppError, errors } from './errors.ts'

/** What a write may replace: one version, any of some, or whatever is there for `*` and undefined. */
export type ExpectedVersion = number | readonly number[] | '*' | undefined

/** Throws `precondition_failed`, which tells the current version, when a write expects another one. */
export function requireVersion(current: number, expected: ExpectedVersion): void {
  if (expected === undefined || expected === '*' || [expected].flat().includes(current)) return
  throw new AppError(errors.preconditionFailed, {
    detail: `The resource has changed; its version is ${current}.`,
  })
}
