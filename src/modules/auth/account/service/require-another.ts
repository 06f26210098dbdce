import { AppError, errors } from '../../../../kernel/errors.ts'
import { mayHaveAnother } from '../domain.ts'

/** Throws `too_many_requests` when a user was sent as many links of a kind as an hour admits. */
export function requireAnother(sent: number): void {
  if (mayHaveAnother(sent)) return
  throw new AppError(errors.tooManyRequests, {
    detail: 'So many links were sent that no more are for a while.',
    headers: { 'Retry-After': '3600' },
  })
}
