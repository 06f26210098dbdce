import { type JobRequest, jobOf } from '../../../../kernel/job.ts'
import { deliverJob } from '../jobs.ts'

/** The job of each delivery. */
export function jobsFor(ids: readonly string[]): JobRequest[] {
  return ids.map((deliveryId) => jobOf(deliverJob, { deliveryId }))
}
