import { parseArguments } from '../../../kernel/parse.ts'
import { type Page, pageQuery } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import * as schemas from './schemas.ts'
import { listLocales, putLocale, removeLocale } from './service.ts'

/** Adds the locales of tenants to the schema. */
export function localeGraphql(builder: GraphqlBuilder): void {
  const locale = builder.objectRef<schemas.TenantLocaleDto>('TenantLocale').implement({
    fields: (t) => ({
      code: t.exposeString('code'),
      fallback: t.exposeString('fallback', { nullable: true }),
      isDefault: t.exposeBoolean('isDefault'),
    }),
  })
  const page = builder.objectRef<Page<schemas.TenantLocaleDto>>('TenantLocalePage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [locale] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryField('tenantLocales', (t) =>
    t.field({
      type: page,
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) =>
        listLocales(deps, ctx, { tenantId: ctx.tenant.id, ...parseArguments(pageQuery, args) }),
    }),
  )
  builder.mutationFields((t) => ({
    putTenantLocale: t.field({
      type: locale,
      description: 'Adds a locale or changes its fallback.',
      args: { locale: t.arg.string({ required: true }), fallback: t.arg.string() },
      resolve: (_, { locale: code, fallback }, { deps, ctx }) =>
        putLocale(deps, ctx, {
          tenantId: ctx.tenant.id,
          ...parseArguments(schemas.localeParams, { locale: code }),
          ...parseArguments(schemas.putLocaleBody, { fallback: fallback ?? null }),
        }),
    }),
    removeTenantLocale: t.boolean({
      args: { locale: t.arg.string({ required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        const { locale: code } = parseArguments(schemas.localeParams, args)
        await removeLocale(deps, ctx, { tenantId: ctx.tenant.id, locale: code })
        return true
      },
    }),
  }))
}
