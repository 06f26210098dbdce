import { handleFetch } from './app/fetch.ts'
import { handleScheduled } from './app/scheduled.ts'
import { handleQueue } from './app/queue.ts'

export { Lane } from './app/delivery/lane.ts'

/** The three doors of the Worker. */
export default {
  fetch: handleFetch,
  scheduled: handleScheduled,
  queue: handleQueue,
} satisfies ExportedHandler<Env>
