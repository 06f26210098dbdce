import * as z from 'zod'
import { createSubscriptions } from '../../../src/app/delivery/subscribers.ts'
import { modules } from '../../../src/app/modules.ts'
import { type JobDefinition, jobOf } from '../../../src/kernel/job.ts'
import { commit } from '../../../src/modules/commit/index.ts'
import type { Deps } from '../../../src/ports/deps.ts'
import { defineModule } from '../../../src/ports/module.ts'
import { aMail, type aSink } from '../../support/mail.ts'
import { createWorld } from '../../support/world.ts'

/** A job that asks the outside: a webhook's receiver and a mail provider. */
function callingOut(url: string): JobDefinition<Deps> {
  return {
    name: 'trial:call_out',
    version: 1,
    description: 'Asks the outside',
    schema: z.object({}),
    permissions: [],
    retry: { maxAttempts: 2, delay: () => 60_000 },
    timeoutSeconds: 10,
    async perform(deps) {
      await deps.fetcher.post({ url, endpoint: '', headers: {}, body: 'x' })
      await deps.mailer.send(aMail())
      deps.telemetry.log('info', 'called out')
    },
  }
}

/** A world in which each post that is made leads to an event, a job and calls to the outside. */
export async function chainWorld(
  hook: ReturnType<typeof aSink>,
  mail: ReturnType<typeof aSink>,
  env: Record<string, unknown> = {},
) {
  const world = await createWorld({
    env: {
      LOGGER_LEVEL: 'debug',
      LOGGER_FORMAT: 'json',
      WEBHOOKS_ALLOWED_HOSTS: new URL(hook.deps.baseUrl).host,
      MAIL_PROVIDERS: 'mailchannels',
      MAIL_MAILCHANNELS_API_KEY: 'a-key-of-this-test',
      MAIL_MAILCHANNELS_URL: mail.deps.baseUrl,
      ...env,
    },
  })
  const job = callingOut(`${hook.deps.baseUrl}/hook`)
  const trial = defineModule({
    slug: 'trial',
    title: 'Trial',
    kind: 'core',
    jobs: [job],
    subscribers: [
      {
        name: 'trial:call_out',
        description: 'Starts the job',
        events: modules.flatMap(({ events }) => events.filter(isPostMade)),
        permissions: [],
        async handle(deps, ctx) {
          await commit(deps, ctx, {
            writes: [],
            events: [],
            jobs: [jobOf(job, {})],
            audit: { action: 'trial.job.added', targetType: 'trial', targetId: ctx.requestId },
            result: null,
          })
        },
      },
    ],
  })
  const subscriptions = createSubscriptions([...modules, trial])
  Object.assign(world.isolate.shared, { subscriptions, isAwaited: subscriptions.isAwaited })
  return world
}

const isPostMade = ({ type }: { readonly type: string }) => type === 'blog.post.created'
