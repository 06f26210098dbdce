import { and, asc, eq, isNull } from 'drizzle-orm'
import { type Statement, builder, columns, prepare } from '../../../kernel/statement.ts'
import { tenantDomains } from '../tables.ts'
import type { TenantDomain } from './types.ts'

export const findDomains = prepare((bind) =>
  builder
    .select(
      columns({
        host: tenantDomains.host,
        verificationToken: tenantDomains.verificationToken,
        verifiedAt: tenantDomains.verifiedAt,
        createdAt: tenantDomains.createdAt,
      }),
    )
    .from(tenantDomains)
    .where(eq(tenantDomains.tenantId, bind('tenantId')))
    .orderBy(asc(tenantDomains.host)),
)

const insertDomainRow = prepare((bind) =>
  builder.insert(tenantDomains).values({
    tenantId: bind('tenantId'),
    host: bind('host'),
    verificationToken: bind('verificationToken'),
    createdAt: bind('createdAt'),
  }),
)

export function insertDomain(tenantId: string, domain: TenantDomain): Statement {
  const { host, verificationToken, createdAt } = domain
  return insertDomainRow({ tenantId, host, verificationToken, createdAt })
}

export const verifyDomainRow = prepare((bind) =>
  builder
    .update(tenantDomains)
    .set({ verifiedAt: bind('now') })
    .where(
      and(
        eq(tenantDomains.tenantId, bind('tenantId')),
        eq(tenantDomains.host, bind('host')),
        isNull(tenantDomains.verifiedAt),
      ),
    ),
)

export const deleteDomain = prepare((bind) =>
  builder
    .delete(tenantDomains)
    .where(and(eq(tenantDomains.tenantId, bind('tenantId')), eq(tenantDomains.host, bind('host')))),
)

/** Makes the list of origins the tenant's, by two statements. */
export function replaceOrigins(
  tenantId: string,
  origins: readonly string[],
  now: number,
): Statement[] {
  const list = JSON.stringify(origins)
  return [
    {
      sql: `DELETE FROM tenant_origins WHERE tenant_id = ?1
        AND origin NOT IN (SELECT value FROM json_each(?2))`,
      params: [tenantId, list],
    },
    {
      sql: `INSERT INTO tenant_origins (tenant_id, origin, created_at)
        SELECT ?1, value, ?3 FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING`,
      params: [tenantId, list, now],
    },
  ]
}
