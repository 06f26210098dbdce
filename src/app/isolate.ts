import { waitUntil } from 'cloudflare:workers'
import { randomBytes, randomFraction, systemClock } from '../adapters/clock/system.ts'
import { startPlatformTimer } from '../adapters/clock/timers.ts'
import { createGuardedFetcher } from '../adapters/fetcher/guarded.ts'
import { createKvCache } from '../adapters/cache/kv.ts'
import { createPublicCache } from '../adapters/cache/public-memory.ts'
import { createArgon2Hasher } from '../adapters/hasher/argon2.ts'
import type { EmailBinding } from '../adapters/mailer/cloudflare.ts'
import { platformFetch } from '../adapters/fetcher/platform.ts'
import { createMemoryLimiter } from '../adapters/limiter/memory.ts'
import { openDigestStream } from '../adapters/digester/digest-stream.ts'
import { createStoredPayloads } from '../adapters/payloads/storage.ts'
import { createDohResolver } from '../adapters/resolver/doh.ts'
import { createHkdfSecrets } from '../adapters/secrets/hkdf.ts'
import { createConsoleTelemetry } from '../adapters/telemetry/console.ts'
import { createAccessTokens } from '../adapters/tokens/jose.ts'
import { traceDriver } from '../adapters/database/traced.ts'
import { traceFetch, watchFetcher, watchMailer } from '../adapters/tracing/outgoing.ts'
import { createInlineTransport } from '../adapters/transport/inline.ts'
import { createQueueTransport } from '../adapters/transport/queues.ts'
import { type Bus, createBus } from '../kernel/bus.ts'
import type { Clock } from '../kernel/clock.ts'
import { createCursors } from '../kernel/cursor.ts'
import { createIds } from '../kernel/ids.ts'
import { limits } from '../kernel/limits.ts'
import { createTenantDirectory } from '../modules/tenants/index.ts'
import type { Database, Shards } from '../ports/database.ts'
import type { Deps, PlatformSettings } from '../ports/deps.ts'
import type { Fetcher } from '../ports/fetcher.ts'
import type { Limiter } from '../ports/limiter.ts'
import type { TenantDirectory } from '../ports/tenant-directory.ts'
import type { AccessTokens } from '../ports/tokens.ts'
import type { Totals } from '../ports/totals.ts'
import type { Tracing } from '../ports/tracing.ts'
import type { Transport } from '../ports/transport.ts'
import { type Config, parseConfig } from './config/index.ts'
import { answerWakeUps } from './delivery/drain.ts'
import { type Subscriptions, createSubscriptions } from './delivery/subscribers.ts'
import { createWaker } from './delivery/wake.ts'
import { keepMailIn, forgetMailsIn } from './dev/index.ts'
import { createImages } from './images.ts'
import { type KeyMemory, createKeyMemory } from './key-memory.ts'
import { createFeedbackSources, createMailer, senderOf } from './mail.ts'
import { modules } from './modules.ts'
import { type WrapDriver, shardsOf } from './shards.ts'
import { createStorage } from './storage.ts'
import { scopeFields, watchOf } from './watch.ts'

/** Everything that lives as long as the isolate: values and handles, never a pending promise. */
export interface Isolate {
  readonly config: Config
  readonly env: Env
  readonly clock: Clock
  readonly limiter: Limiter
  readonly keyMemory: KeyMemory
  readonly tracing: Tracing
  readonly totals: Totals
  readonly shared: Omit<Deps, 'db' | 'tenants'> & { readonly subscriptions: Subscriptions }
  /** The tenants as seen by one request; the caches behind it are the isolate's. */
  tenantsOf(db: Database): TenantDirectory
  /** Relays what a shard owes; one relay at a time. Never rejects. */
  wake(shard: string): Promise<void>
}

const isolates = new WeakMap<Env, Isolate>()

/** The isolate's container; made on the first call and refused for ever when the configuration is wrong. */
export function isolateOf(env: Env): Isolate {
  let isolate = isolates.get(env)
  if (!isolate) {
    isolate = createIsolate(env)
    isolates.set(env, isolate)
  }
  return isolate
}

/** Builds the container from bindings, vars and secrets. Throws `ConfigError`. */
export function createIsolate(
  env: Env,
  clock: Clock = systemClock,
  wrapDriver: WrapDriver = (driver) => driver,
): Isolate {
  const config = parseConfig({ ...env })
  const wakeShard = createWaker()
  const { tracing, totals } = watchOf(env, config)
  const watch = { clock, tracing, totals }
  const shards = shardsOf(env, config, (driver, shard) =>
    traceDriver(wrapDriver(driver, shard), shard, tracing),
  )
  const base = sharedDeps(config, clock, shards, tracing)
  const { mailer, mailFeedback } = mailOf(env, config, base, traceFetch(watch, platformFetch))
  const shared = {
    ...base,
    fetcher: watchFetcher(watch, base.fetcher),
    mailer: watchMailer(watch, mailer),
    mailFeedback,
    ...storageOf(env, config),
    openDigest: openDigestStream,
    images: createImages(env, { clock, isBounded: config.app.env === 'production' }),
    transport: transportOf(env, config, () => isolate),
    bus: busOf(config, clock, () => isolate),
  }
  const directory = createTenantDirectory({
    clock,
    telemetry: shared.telemetry,
    tracing,
    cache: createKvCache(env.CACHE),
    startTimer: startPlatformTimer,
    modules,
    settings: config.cache,
  })
  const isolate: Isolate = {
    config,
    env,
    clock,
    shared,
    tracing,
    totals,
    limiter: createMemoryLimiter(config.limits.requestsPerMinute, 60),
    keyMemory: createKeyMemory(),
    tenantsOf: (db) => directory.forRequest(db, waitUntil),
    wake: (shard) => wakeShard(isolate, shard),
  }
  return isolate
}

/** Ports that are made of bindings, or of the isolate itself. */
type Bound =
  | 'payloads'
  | 'storage'
  | 'openDigest'
  | 'images'
  | 'transport'
  | 'bus'
  | 'mailer'
  | 'mailFeedback'
  | 'forgetMails'

function sharedDeps(
  config: Config,
  clock: Clock,
  shards: Shards,
  tracing: Tracing,
): Omit<Isolate['shared'], Bound> {
  const subscriptions = createSubscriptions(modules)
  const secrets = createHkdfSecrets(config.app.secret, randomBytes)
  return {
    clock,
    shards,
    ids: createIds(clock, randomBytes),
    secrets,
    cursors: createCursors((text) => secrets.digest('cursor', text)),
    hasher: createArgon2Hasher({
      maxInFlight: config.auth.hashesInFlight,
      randomBytes,
      clock,
      keepAlive: waitUntil,
    }),
    tokens: tokensOf(config),
    fetcher: fetcherOf(config, clock),
    publicCache: createPublicCache({
      clock,
      maxBytes: config.cache.publicBytes,
      ttlMilliseconds: config.cache.publicMs,
    }),
    telemetry: createConsoleTelemetry({
      clock,
      ...config.logger,
      base: {},
      scope: () => scopeFields(tracing),
    }),
    modules,
    subscriptions,
    isAwaited: subscriptions.isAwaited,
    startTimer: startPlatformTimer,
    keepAlive: waitUntil,
    random: randomFraction,
    settings: platformSettingsOf(config),
  }
}

function platformSettingsOf(config: Config): PlatformSettings {
  return {
    environment: config.app.env,
    baseDomains: config.server.baseDomains,
    localPort: config.server.localPort,
    mail: senderOf(config.mail),
    sessionIdleSeconds: config.auth.sessionIdleSeconds,
    sessionLifetimeSeconds: config.auth.sessionLifetimeSeconds,
    eventRetentionDays: config.events.retentionDays,
    tenantGraceDays: config.tenants.graceDays,
  }
}

/** What is kept in the bucket. */
function storageOf(env: Env, config: Config): Pick<Deps, 'storage' | 'payloads' | 'forgetMails'> {
  const storage = createStorage(env.FILES, config.storage)
  const payloads = createStoredPayloads(storage)
  return { storage, payloads, forgetMails: forgetMailsIn(env.FILES) }
}

/** Requests to strangers' servers. */
function fetcherOf({ webhooks }: Config, clock: Clock): Fetcher {
  return createGuardedFetcher({
    allowedHosts: webhooks.allowedHosts,
    resolve: createDohResolver(webhooks.resolver),
    startTimer: startPlatformTimer,
    timeoutMilliseconds: webhooks.timeoutMs,
    answerBytes: limits.webhooks.answer,
    userAgent: 'RusToK-Edge-Webhooks/1',
    atOncePerEndpoint: limits.webhooks.atOnce,
    clock,
  })
}

/** Who sends mails, and whose webhooks are taken. */
function mailOf(
  env: Env,
  config: Config,
  { clock, telemetry }: Pick<Deps, 'clock' | 'telemetry'>,
  fetch: typeof platformFetch,
): Pick<Deps, 'mailer' | 'mailFeedback'> {
  // -- a binding that only some deployments have, so that no generated type names it
  const { EMAIL: email } = env as { readonly EMAIL?: EmailBinding }
  const keep = keepMailIn(env.FILES)
  return {
    mailer: createMailer({ clock, telemetry, fetch, keep, email }, config),
    mailFeedback: createFeedbackSources({ fetch }, config.mail),
  }
}

/** How wake-up calls travel: over the queue, or straight to the workers of this isolate. */
function transportOf(env: Env, config: Config, isolate: () => Isolate): Transport {
  return config.events.transport === 'inline'
    ? createInlineTransport((wakeUps) => answerWakeUps(isolate(), wakeUps))
    : createQueueTransport(env.EVENTS, startPlatformTimer)
}

function busOf(config: Config, clock: Clock, isolate: () => Isolate): Bus {
  return createBus({
    clock,
    capacity: config.events.busCapacity,
    onLevel: (level) => {
      const { telemetry } = isolate().shared
      telemetry.gauge('rustok_bus_level', busLevels[level])
      if (level !== 'normal') telemetry.log('warn', 'the bus fills up', { level })
    },
    onOutcome: (outcome) =>
      isolate().shared.telemetry.count('rustok_bus_reactions_total', { outcome }),
    reactions: [
      ({ events }) => {
        for (const { type } of events)
          isolate().shared.telemetry.count('rustok_events_committed_total', { type })
      },
      ({ owes, tenant }) => {
        if (owes && config.events.nudge) waitUntil(isolate().wake(tenant.shard))
      },
    ],
  })
}

const busLevels = { normal: 0, warning: 1, critical: 2 } as const

function tokensOf(config: Config): AccessTokens {
  const { signingKeys, issuer, audience, accessSeconds } = config.auth
  return createAccessTokens({ keys: signingKeys, issuer, audience, lifetimeSeconds: accessSeconds })
}
