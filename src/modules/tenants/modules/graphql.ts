import { parseArguments } from '../../../kernel/parse.ts'
import { type Page, pageQuery } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import { parseSettings } from '../service/settings.ts'
import * as schemas from './schemas.ts'
import { configureModule, disableModule, enableModule, listModules } from './service.ts'

/** Adds the modules of tenants to the schema. */
export function moduleGraphql(builder: GraphqlBuilder): void {
  const { module, page } = addModule(builder)
  builder.queryField('tenantModules', (t) =>
    t.field({
      type: page,
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) =>
        listModules(deps, ctx, { tenantId: ctx.tenant.id, ...parseArguments(pageQuery, args) }),
    }),
  )
  builder.mutationFields((t) => ({
    enableTenantModule: t.field({
      type: module,
      args: { module: t.arg.string({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        enableModule(deps, ctx, {
          tenantId: ctx.tenant.id,
          ...parseArguments(schemas.moduleParams, args),
        }),
    }),
    disableTenantModule: t.field({
      type: module,
      args: { module: t.arg.string({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        disableModule(deps, ctx, {
          tenantId: ctx.tenant.id,
          ...parseArguments(schemas.moduleParams, args),
        }),
    }),
    configureTenantModule: t.field({
      type: module,
      args: {
        module: t.arg.string({ required: true }),
        settingsJson: t.arg.string({
          required: true,
          description: 'A JSON object of the keys to change.',
        }),
      },
      resolve: (_, { module: slug, settingsJson }, { deps, ctx }) =>
        configureModule(deps, ctx, {
          tenantId: ctx.tenant.id,
          ...parseArguments(schemas.moduleParams, { module: slug }),
          ...parseArguments(schemas.configureModuleBody, { settings: parseSettings(settingsJson) }),
        }),
    }),
  }))
}

function addModule(builder: GraphqlBuilder) {
  const kind = builder.enumType('ModuleKind', {
    values: { CORE: { value: 'core' }, OPTIONAL: { value: 'optional' } } as const,
  })
  const module = builder.objectRef<schemas.ModuleDto>('TenantModule').implement({
    description: 'A module as the tenant has it.',
    fields: (t) => ({
      slug: t.exposeString('slug'),
      title: t.exposeString('title'),
      kind: t.expose('kind', { type: kind }),
      enabled: t.exposeBoolean('enabled'),
      dependsOn: t.exposeStringList('dependsOn'),
      settingsJson: t.string({
        description: 'A JSON object.',
        resolve: (parent) => JSON.stringify(parent.settings),
      }),
      settingsSchemaJson: t.string({
        description: 'The JSON Schema of the settings; null when there are none.',
        nullable: true,
        resolve: (parent) => parent.settingsSchema && JSON.stringify(parent.settingsSchema),
      }),
    }),
  })
  const page = builder.objectRef<Page<schemas.ModuleDto>>('TenantModulePage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [module] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  return { module, page }
}
