import type { Clock } from '../kernel/clock.ts'
import type { Cursors } from '../kernel/cursor.ts'
import type { Ids } from '../kernel/ids.ts'
import type { ModuleFacts } from '../kernel/module.ts'
import type { Database, Shards } from './database.ts'
import type { PasswordHasher } from './hasher.ts'
import type { PublicCache } from './public-cache.ts'
import type { Secrets } from './secrets.ts'
import type { Telemetry } from './telemetry.ts'
import type { TenantDirectory } from './tenant-directory.ts'
import type { AccessTokens } from './tokens.ts'

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
  readonly tenants: TenantDirectory
  readonly telemetry: Telemetry
  /** Every module of the deployment, for what is generated from manifests. */
  readonly modules: readonly ModuleFacts[]
  readonly settings: PlatformSettings
}

/** The configuration that services see. */
export interface PlatformSettings {
  readonly environment: 'development' | 'test' | 'production'
  readonly baseDomains: readonly string[]
  readonly sessionIdleSeconds: number
  readonly sessionLifetimeSeconds: number
}
