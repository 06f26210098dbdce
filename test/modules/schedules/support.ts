import { env } from 'cloudflare:workers'
import * as z from 'zod'
import { createSubscriptions } from '../../../src/app/delivery/subscribers.ts'
import { modules } from '../../../src/app/modules.ts'
import { runSchedules } from '../../../src/app/scheduled.ts'
import type { TaskDefinition } from '../../../src/kernel/module.ts'
import type { Deps } from '../../../src/ports/deps.ts'
import { defineModule } from '../../../src/ports/module.ts'
import {
  type CallOptions,
  type Client,
  type World,
  createWorld,
  putOffSchedules,
  signInTo,
} from '../../support/world.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const SCHEDULES = '/api/v1/schedules'

/** A schedule as the API tells it. */
export interface Told {
  readonly id: string
  readonly name: string
  readonly cron: string
  readonly isPaused: boolean
  readonly nextRunAt: string | null
  readonly lastRunAt: string | null
  readonly version: number
}

/** A run as the API tells it. */
export interface ToldRun {
  readonly id: string
  readonly reason: string
  readonly scheduledFor: string
  readonly outcome: string
  readonly missed: number
  readonly jobId: string | null
  readonly error: string | null
}

/** A world with tasks of its own: what they were given is noted, and some fail. */
export interface TrialWorld extends World {
  readonly admin: Client
  /** What the task `trial:note` was given, in order. */
  readonly noted: string[]
  /** What it was given in other tenants, with their slugs. */
  readonly foreign: string[]
  create(body?: Readonly<Record<string, unknown>>): Promise<Told>
  read(id: string): Promise<Told>
  /** The runs of a schedule, oldest first. */
  runsOf(id: string): Promise<ToldRun[]>
  /** Moves the clock to an instant (RFC 3339), or on by milliseconds. */
  travel(to: string | number): void
  /** A tick as cron brings it, with nothing of other worlds brought forward. */
  ownTick(): Promise<void>
}

/** Makes a world whose clock starts at a full hour. */
export async function trialWorld(
  options: Parameters<typeof createWorld>[0] = {},
): Promise<TrialWorld> {
  const noted: string[] = []
  const foreign: string[] = []
  const world = await createWorld(options)
  await putOffSchedules()
  const tasks: TaskDefinition<Deps>[] = [
    {
      name: 'trial:note',
      description: 'Notes a text',
      input: z.strictObject({ text: z.string().default('') }),
      permission: 'roles:read',
      run: async (_, ctx, input) => {
        const { text } = z.object({ text: z.string() }).parse(input)
        if (ctx.tenant.id === world.tenantId) noted.push(text)
        else foreign.push(`${ctx.tenant.slug} ${text}`)
        return { by: ctx.principal.kind }
      },
    },
    {
      name: 'trial:fail',
      description: 'Fails',
      input: z.strictObject({}),
      permission: 'roles:read',
      run: async () => {
        throw new Error('poison')
      },
    },
    {
      name: 'trial:secret',
      description: 'Has a secret',
      input: z.strictObject({}),
      permission: 'roles:read',
      runs: 'at_once',
      run: async () => undefined,
    },
    {
      name: 'trial:mighty',
      description: 'Needs more',
      input: z.strictObject({}),
      permission: 'roles:read',
      alsoNeeds: ['roles:sync'],
      run: async () => undefined,
    },
  ]
  const trial = defineModule({ slug: 'trial', title: 'Trial', kind: 'core', tasks })
  const all = [...modules, trial]
  Object.assign(world.isolate.shared, { modules: all, subscriptions: createSubscriptions(all) })
  world.clock.advance(HOUR - (world.clock.now() % HOUR))
  const admin = await patientAdmin(world)
  return {
    ...world,
    admin,
    noted,
    foreign,
    create: (body = {}) =>
      admin.json('POST', SCHEDULES, {
        body: { name: 'trial', cron: '0 * * * *', task: 'trial:note', ...body },
      }),
    read: (id) => admin.json('GET', `${SCHEDULES}/${id}`),
    runsOf: async (id) => {
      const { items } = await admin.json<{ items: ToldRun[] }>(
        'GET',
        `/api/v1/schedule-runs?scheduleId=${id}&limit=100`,
      )
      return items.toReversed()
    },
    travel: (to) =>
      world.clock.advance(typeof to === 'number' ? to : Date.parse(to) - world.clock.now()),
    ownTick: async () => {
      await runSchedules(world.isolate)
      await world.drain()
    },
  }
}

/** An administrator who signs in again whenever time has passed, as access tokens live short. */
async function patientAdmin(world: World): Promise<Client> {
  const first = await world.as('admin')
  let signedInAt = world.clock.now()
  let headers: Readonly<Record<string, string>> = {}
  const fresh = async () => {
    if (world.clock.now() === signedInAt) return headers
    signedInAt = world.clock.now()
    const email = `admin@${world.slug}.example`
    const { accessToken } = await signInTo(world.deps(), await world.system(), email)
    headers = { authorization: `Bearer ${accessToken}` }
    return headers
  }
  const withFresh = async (options: CallOptions = {}) => ({
    ...options,
    headers: { ...options.headers, ...(await fresh()) },
  })
  return {
    ...first,
    fetch: async (method, path, options) => first.fetch(method, path, await withFresh(options)),
    json: async (method, path, options) => first.json(method, path, await withFresh(options)),
    graphql: async (query, variables) => first.graphql(query, variables, await fresh()),
  }
}

/** A tick runs what is due in every world: removes what a test has left behind. */
export async function forgetSchedules(): Promise<void> {
  await env.DB.prepare('DELETE FROM schedules WHERE declaration IS NULL').run()
}

/** Status and code of a refusal. */
export async function refusal(response: Response): Promise<[number, string]> {
  const { code } = await response.json<{ code: string }>()
  return [response.status, code]
}
