import { deployment } from '../../kernel/deployment.ts'
import { PRIMARY_SHARD } from '../../ports/database.ts'
import type { Deps } from '../../ports/deps.ts'
import type { TenantDirectory } from '../../ports/tenant-directory.ts'
import type { Isolate } from '../isolate.ts'

/** The ports of work that no request asked for, on one shard. */
export function depsOf(isolate: Isolate, shard: string = PRIMARY_SHARD): Deps {
  const { shards } = isolate.shared
  const tenants = withDeployment(isolate.tenantsOf(shards.openAll()))
  return { ...isolate.shared, db: shards.openUngated(shard), tenants }
}

/** Such work may belong to the deployment itself, which no request can name. */
function withDeployment(tenants: TenantDirectory): TenantDirectory {
  return {
    ...tenants,
    find: async (key) =>
      key.kind === 'id' && key.value === deployment.id ? deployment : tenants.find(key),
  }
}
