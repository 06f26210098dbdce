import type { Bus } from '../kernel/bus.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Cursors } from '../kernel/cursor.ts'
import type { Ids } from '../kernel/ids.ts'
import type { TenantSnapshot } from '../kernel/context.ts'
import type { ModuleManifest } from '../kernel/module.ts'
import type { Database, Shards } from './database.ts'
import type { Fetcher } from './fetcher.ts'
import type { PasswordHasher } from './hasher.ts'
import type { Images } from './images.ts'
import type { MailFeedbackSource } from './mail-feedback.ts'
import type { MailAddress, Mailer } from './mailer.ts'
import type { PayloadStore } from './payloads.ts'
import type { PublicCache } from './public-cache.ts'
import type { OpenDigest } from './digester.ts'
import type { Secrets } from './secrets.ts'
import type { Storage } from './storage.ts'
import type { Telemetry } from './telemetry.ts'
import type { TenantDirectory } from './tenant-directory.ts'
import type { StartTimer } from '../kernel/deadline.ts'
import type { AccessTokens } from './tokens.ts'
import type { Transport } from './transport.ts'

/** Every port a service may ask for. A service names the few that it needs. */
export interface Deps {
  /** The database of the caller's tenant. */
  readonly db: Database
  /** Every database, for operators and for what finds tenants. */
  readonly shards: Shards
  readonly clock: Clock
  readonly ids: Ids
  readonly cursors: Cursors
  readonly hasher: PasswordHasher
  readonly tokens: AccessTokens
  readonly secrets: Secrets
  readonly publicCache: PublicCache
  /** Where commits are made known in this isolate. */
  readonly bus: Bus
  /** Whether anybody is to be given events of a type in a tenant. */
  readonly isAwaited: IsAwaited
  readonly payloads: PayloadStore
  /** Removes what a mailbox of local work keeps of a tenant. */
  readonly forgetMails: (tenantId: string) => Promise<void>
  /** Where the files of tenants are. */
  readonly storage: Storage
  readonly openDigest: OpenDigest
  /** What makes variants of pictures. */
  readonly images: Images
  /** Requests to servers that tenants name. */
  readonly fetcher: Fetcher
  readonly transport: Transport
  readonly mailer: Mailer
  /** The webhooks of mail providers that are taken, by provider. */
  readonly mailFeedback: ReadonlyMap<string, MailFeedbackSource>
  readonly startTimer: StartTimer
  /** Lets work end, in bounded time, when whoever asked for it has gone. */
  readonly keepAlive: (work: Promise<unknown>) => void
  /** A random number in [0, 1), for jitter. */
  readonly random: () => number
  readonly tenants: TenantDirectory
  readonly telemetry: Telemetry
  /** Every module of the deployment, for what is generated from manifests. */
  readonly modules: readonly ModuleManifest<Deps, never>[]
  readonly settings: PlatformSettings
}

/** Whether a subscriber of a module that the tenant has cares for the type. */
export type IsAwaited = (eventType: string, tenant: TenantSnapshot) => boolean

/** What every commit needs. */
export type CommitPort = 'db' | 'ids' | 'publicCache' | 'bus' | 'isAwaited' | 'payloads' | 'secrets'

/** The configuration that services see. */
export interface PlatformSettings {
  readonly environment: 'development' | 'test' | 'production'
  readonly baseDomains: readonly string[]
  /** The port of links to `localhost`, where the platform runs on a laptop. */
  readonly localPort: number | undefined
  /** The sender of mails, and where answers go. */
  readonly mail: { readonly from: MailAddress; readonly replyTo?: MailAddress }
  readonly sessionIdleSeconds: number
  readonly sessionLifetimeSeconds: number
  /** How long events that are delivered are kept. */
  readonly eventRetentionDays: number
  /** Days between the request to delete a tenant and its erasure. */
  readonly tenantGraceDays: number
}
