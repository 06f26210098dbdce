import { and, eq, sql } from 'drizzle-orm'
import type { LocaleRule } from '../../../kernel/locale.ts'
import { type Statement, builder, prepare } from '../../../kernel/statement.ts'
import { tenantLocales } from '../tables.ts'

const saveLocale = prepare((bind) =>
  builder
    .insert(tenantLocales)
    .values({
      tenantId: bind('tenantId'),
      locale: bind('locale'),
      fallback: bind('fallback'),
      createdAt: bind('now'),
    })
    .onConflictDoUpdate({
      target: [tenantLocales.tenantId, tenantLocales.locale],
      set: { fallback: sql`excluded.fallback` },
    }),
)

export function upsertLocale(tenantId: string, locale: LocaleRule, now: number): Statement {
  return saveLocale({ tenantId, locale: locale.code, fallback: locale.fallback, now })
}

export const deleteLocaleRow = prepare((bind) =>
  builder
    .delete(tenantLocales)
    .where(
      and(eq(tenantLocales.tenantId, bind('tenantId')), eq(tenantLocales.locale, bind('locale'))),
    ),
)
