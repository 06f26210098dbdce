import type * as z from 'zod'
import type { EventType, SubscriberDefinition } from './events.ts'
import type { JobDefinition } from './job.ts'
import type { PermissionDefinition } from './permissions.ts'
import type { RequestContext } from './context.ts'
import type { RouteDefinition } from './route.ts'

/** Reports how far a task has come. */
export type Progress = (message: string) => void

/** An operator's command, run by CLI, API and schedule with the same code. */
export interface TaskDefinition<Deps> {
  /** `<module>:<verb>`. */
  readonly name: string
  readonly description: string
  readonly input: z.ZodType
  readonly permission: string
  readonly run: (
    deps: Deps,
    ctx: RequestContext,
    input: unknown,
    progress: Progress,
  ) => Promise<unknown>
}

/** Work that the cron tick starts, once a minute, for the whole deployment. */
export interface ScheduleDefinition<Deps> {
  readonly name: string
  readonly everyMinutes: number
  readonly run: (deps: Deps, now: number) => Promise<void>
}

/** `dev`: demo content. `test`: tenants and users only. `minimal`: nothing but what must exist. */
export type SeedProfile = 'dev' | 'test' | 'minimal'

/** Fills a tenant with a module's seed. Running it twice changes nothing. */
export type Seed<Deps> = (deps: Deps, ctx: RequestContext, profile: SeedProfile) => Promise<void>

/** A dependency's state; `detail` never holds secrets. */
export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'unhealthy'
  readonly detail?: string
}

/** What other modules may know of a module. */
export interface ModuleFacts {
  readonly slug: string
  readonly title: string
  /** Core modules cannot be switched off. */
  readonly kind: 'core' | 'optional'
  /** Slugs of the modules it needs. */
  readonly dependsOn: readonly string[]
  /** Per-tenant settings with a default for every key. */
  readonly settings?: z.ZodType<Record<string, unknown>>
  readonly permissions: readonly PermissionDefinition[]
  readonly events: readonly EventType[]
}

/** What a module is and brings. `app/` iterates over manifests; nothing registers itself. */
export interface ModuleManifest<Deps, Graphql> extends ModuleFacts {
  readonly routes: readonly RouteDefinition<Deps>[]
  readonly graphql?: (graphql: Graphql) => void
  readonly subscribers: readonly SubscriberDefinition<Deps>[]
  readonly jobs: readonly JobDefinition<Deps>[]
  readonly tasks: readonly TaskDefinition<Deps>[]
  readonly schedules: readonly ScheduleDefinition<Deps>[]
  readonly seed?: Seed<Deps>
  /** Tables that `truncate` empties, children first. */
  readonly tables: readonly string[]
  readonly health?: (deps: Deps) => Promise<HealthReport>
}

/** Declares a module; what is not named is empty. */
export function defineModule<Deps, Graphql>() {
  return (
    manifest: Partial<ModuleManifest<Deps, Graphql>> &
      Pick<ModuleManifest<Deps, Graphql>, 'slug' | 'title' | 'kind'>,
  ): ModuleManifest<Deps, Graphql> => ({
    dependsOn: [],
    routes: [],
    permissions: [],
    events: [],
    subscribers: [],
    jobs: [],
    tasks: [],
    schedules: [],
    tables: [],
    ...manifest,
  })
}
