import type { TenantSnapshot } from '../../kernel/context.ts'
import type { EventType, SubscriberDefinition } from '../../kernel/events.ts'
import type { JobDefinition } from '../../kernel/job.ts'
import type { Deps, IsAwaited } from '../../ports/deps.ts'
import type { Manifest } from '../../ports/module.ts'

/** A subscriber with the module that it belongs to. */
export interface OwnedSubscriber {
  readonly module: string
  readonly subscriber: SubscriberDefinition<Deps>
}

/** Who is given what, read from the manifests. */
export interface Subscriptions {
  /** Every declared event, by type; undefined for a type or a version that is not known here. */
  typeOf(type: string, version: number): EventType | undefined
  /** The subscribers of a type that are not switched off in a tenant and care for it. */
  of(type: string, tenant: TenantSnapshot): readonly OwnedSubscriber[]
  readonly isAwaited: IsAwaited
  /** Undefined for a job that is not known here, or that a newer deployment has added. */
  jobOf(name: string, version: number): JobDefinition<Deps> | undefined
}

/** Reads the subscribers and jobs of all modules. */
export function createSubscriptions(modules: readonly Manifest[]): Subscriptions {
  const types = new Map(modules.flatMap(({ events }) => events).map((event) => [event.type, event]))
  const jobs = new Map(modules.flatMap((module) => module.jobs).map((job) => [job.name, job]))
  const all = modules.flatMap((module) =>
    module.subscribers.map((subscriber) => ({ module: module.slug, subscriber })),
  )
  const byType = new Map<string, readonly OwnedSubscriber[]>()
  for (const type of types.keys()) {
    const takers = all.filter(
      ({ subscriber: { events } }) => events === '*' || events.some((event) => event.type === type),
    )
    byType.set(type, takers)
  }
  const of = (type: string, tenant: TenantSnapshot) =>
    (byType.get(type) ?? []).filter(
      ({ module, subscriber }) =>
        tenant.modules[module]?.enabled !== false && (subscriber.wants?.(tenant) ?? true),
    )
  return {
    of,
    // A newer deployment may have added fields, so a newer version is not read by an older one.
    typeOf(type, version) {
      const known = types.get(type)
      return known && version <= known.version ? known : undefined
    },
    isAwaited: (type, tenant) => of(type, tenant).length > 0,
    jobOf(name, version) {
      const known = jobs.get(name)
      return known && version <= known.version ? known : undefined
    },
  }
}
