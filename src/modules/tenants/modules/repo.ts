import { sql } from 'drizzle-orm'
import type { TenantModule } from '../../../kernel/context.ts'
import { type Statement, builder, prepare } from '../../../kernel/statement.ts'
import { tenantModules } from '../tables.ts'

const saveModule = prepare((bind) =>
  builder
    .insert(tenantModules)
    .values({
      tenantId: bind('tenantId'),
      module: bind('module'),
      enabled: bind('enabled'),
      settings: bind('settings'),
      updatedAt: bind('now'),
    })
    .onConflictDoUpdate({
      target: [tenantModules.tenantId, tenantModules.module],
      set: {
        enabled: sql`excluded.enabled`,
        settings: sql`excluded.settings`,
        updatedAt: sql`excluded.updated_at`,
      },
    }),
)

export function upsertModule(
  tenantId: string,
  module: string,
  state: TenantModule,
  now: number,
): Statement {
  const settings = JSON.stringify(state.settings)
  return saveModule({ tenantId, module, enabled: state.enabled ? 1 : 0, settings, now })
}
