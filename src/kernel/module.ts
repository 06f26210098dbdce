import type * as z from 'zod'
import type { ErrorDefinition } from './errors.ts'
import type { EventType, SubscriberDefinition } from './events.ts'
import type { Item } from './grants.ts'
import type { IngressDefinition } from './ingress.ts'
import type { JobDefinition } from './job.ts'
import type { MailDefinition } from './mail.ts'
import type { PermissionDefinition } from './permissions.ts'
import type { RequestContext } from './context.ts'
import type { RouteDefinition } from './route.ts'
import type { SqlValue } from './statement.ts'

/** Reports how far a task has come. */
export type Progress = (message: string) => void

/** An operator's command, run by CLI, API and schedule with the same code. */
export interface TaskDefinition<Deps> {
  /** `<noun>:<verb>`, or a single verb. */
  readonly name: string
  readonly description: string
  /** An object; the CLI makes its arguments from it. */
  readonly input: z.ZodType
  readonly permission: string
  /** What a run in the background may do beside `permission`. Who starts one holds all of it. */
  readonly alsoNeeds?: readonly string[]
  /** `at_once`: its input or its result is secret, so no job and no schedule may keep it. */
  readonly runs?: 'at_once'
  /** Bears being run twice. */
  readonly run: (
    deps: Deps,
    ctx: RequestContext,
    input: unknown,
    progress: Progress,
  ) => Promise<unknown>
}

/**
 * What becomes of instants that passed while nobody looked: left out when they are more than some
 * minutes old, made up for once, or each made up for up to a bound.
 */
export type MissedPolicy = 'skip' | 'once' | 'all'

/** A task that the deployment runs by itself. Operators may pause it and change when it runs. */
export interface ScheduleDefinition {
  /** `<module>:<name>`, stable. */
  readonly name: string
  readonly description: string
  /** Five fields, in the time zone. */
  readonly cron: string
  /** IANA; UTC when absent. */
  readonly timezone?: string
  readonly task: string
  readonly input?: Readonly<Record<string, unknown>>
  readonly missed: MissedPolicy
}

/** Removes what is too old, of all tenants of a shard. */
export interface SweepDefinition<Deps> {
  /** What it sweeps: `sessions`. */
  readonly name: string
  /** What is removed, and after how long. */
  readonly description: string
  /** Removes at most `limit` rows and tells how many; fewer means that none is left. */
  readonly run: (deps: Deps, now: number, limit: number) => Promise<number>
}

/** `dev`: demo content. `test`: tenants and users only. `minimal`: nothing but what must exist. */
export type SeedProfile = 'dev' | 'test' | 'minimal'

/**
 * Fills a new tenant with a module's seed. It runs again only when a seed was stopped before the
 * tenant's users were made, and adds what is missing.
 */
export type Seed<Deps> = (deps: Deps, ctx: RequestContext, profile: SeedProfile) => Promise<void>

/** Finds an item for the rules of permissions; undefined for one that the caller may not know of. */
export type ItemLoader<Deps> = (
  deps: Deps,
  ctx: RequestContext,
  id: string,
) => Promise<Item | undefined>

/** What a user may act by. */
export interface Subject {
  readonly roles: readonly string[]
  /** False for a user who cannot sign in. */
  readonly isActive: boolean
}

/** What an import puts into a column that no export has. */
export type MadeValue<Deps> =
  | SqlValue
  | ((
      deps: Deps,
      place: { readonly tenantId: string; readonly rowId: string },
    ) => Promise<SqlValue>)

/** What an export and an import of a tenant do with a table that they do not take as it is. */
export interface TransferRule<Deps> {
  /** Why no export has it. */
  readonly leftOut?: string
  /** Columns that no export has, with what an import puts there. */
  readonly made?: Readonly<Record<string, MadeValue<Deps>>>
  /** Columns with keys of the tenant's objects, which begin with its id and a slash. */
  readonly objectKeys?: readonly string[]
  /** Columns whose JSON is an object or a list; an import refuses anything else. */
  readonly json?: readonly string[]
}

/** A column by which rows of a table are of a person. */
export interface SubjectLink {
  readonly column: string
  /** What it holds: the id of a user, an e-mail address, or the id of a row of another table. */
  readonly is: 'user' | 'email' | { readonly rowOf: string }
  /** Columns that tell of somebody else in rows that are found by it alone. */
  readonly withholds?: readonly string[]
}

/** What a table holds of a person, and what is left of it when the user is deleted. */
export interface SubjectRule {
  readonly links: readonly SubjectLink[]
  /** Columns that nobody is given: hashes, secrets, proofs. */
  readonly secrets?: readonly string[]
  /** Why its person is given none of it. */
  readonly leftOut?: string
  /** `emptied`: rows stay, and tell no more than that there was somebody of the id. */
  readonly erasure: 'deleted' | 'emptied' | { readonly kept: string }
}

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
  /** Every error that it declares, whether a route names it or not. */
  readonly errors: Readonly<Record<string, ErrorDefinition>>
  readonly routes: readonly RouteDefinition<Deps>[]
  readonly graphql?: (graphql: Graphql) => void
  /** The messages that it sends by mail. */
  readonly mails: readonly MailDefinition[]
  readonly subscribers: readonly SubscriberDefinition<Deps>[]
  readonly jobs: readonly JobDefinition<Deps>[]
  readonly tasks: readonly TaskDefinition<Deps>[]
  /** Who may send webhooks to it. */
  readonly ingresses: readonly IngressDefinition<Deps>[]
  readonly schedules: readonly ScheduleDefinition[]
  readonly sweeps: readonly SweepDefinition<Deps>[]
  /** By kind, as the rules of permissions name it. */
  readonly items: Readonly<Record<string, ItemLoader<Deps>>>
  /** Finds what a user of the tenant may act by, in the module that has users. */
  readonly subjectOf?: (
    deps: Deps,
    ctx: RequestContext,
    userId: string,
  ) => Promise<Subject | undefined>
  readonly seed?: Seed<Deps>
  /** Tables that `truncate` empties, children first. */
  readonly tables: readonly string[]
  /** By table; one that is not named is taken as it is. */
  readonly transfers: Readonly<Record<string, TransferRule<Deps>>>
  /** By table, each that names a person. */
  readonly subjects: Readonly<Record<string, SubjectRule>>
  readonly health?: (deps: Deps) => Promise<HealthReport>
}

/** Declares a module; what is not named is empty. */
export function defineModule<Deps, Graphql>() {
  return (
    manifest: Partial<ModuleManifest<Deps, Graphql>> &
      Pick<ModuleManifest<Deps, Graphql>, 'slug' | 'title' | 'kind'>,
  ): ModuleManifest<Deps, Graphql> => ({
    dependsOn: [],
    errors: {},
    routes: [],
    permissions: [],
    events: [],
    mails: [],
    subscribers: [],
    jobs: [],
    tasks: [],
    ingresses: [],
    schedules: [],
    sweeps: [],
    items: {},
    tables: [],
    transfers: {},
    subjects: {},
    ...manifest,
  })
}
