import { defineModule } from '../../ports/module.ts'

/** Delivers what commits owe: leases, retries, dead letters. */
export const eventsModule = defineModule({
  slug: 'events',
  title: 'Events',
  kind: 'core',
})
