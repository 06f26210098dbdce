import { defineModule } from '../../ports/module.ts'

/** Background work: claimed under leases, tried again, kept with its history. */
export const jobsModule = defineModule({
  slug: 'jobs',
  title: 'Background jobs',
  kind: 'core',
})
