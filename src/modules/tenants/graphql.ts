import { invalid } from '../../kernel/errors.ts'
import { JsonError, parseJson } from '../../kernel/json.ts'
import { limits } from '../../kernel/limits.ts'
import { parseArguments, parseWith } from '../../kernel/parse.ts'
import { type Page, pageQuery } from '../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../ports/graphql.ts'
import * as schemas from './schemas.ts'
import { createTenant } from './service/create.ts'
import { addDomain, listDomains, removeDomain, verifyDomain } from './service/domains.ts'
import { listLocales, putLocale, removeLocale } from './service/locales.ts'
import { configureModule, disableModule, enableModule, listModules } from './service/modules.ts'
import { getOrigins, setOrigins } from './service/origins.ts'
import {
  activateTenant,
  getTenant,
  listTenants,
  requestTenantDeletion,
  suspendTenant,
  updateTenant,
} from './service/tenants.ts'

/** Adds tenants, their domains, origins, locales and modules to the schema. */
export function tenantsGraphql(builder: GraphqlBuilder): void {
  const tenant = addTenant(builder)
  addTenantQueries(builder, tenant)
  addOwnTenantMutation(builder, tenant)
  addOperatorMutations(builder, tenant)
  addDomainFields(builder)
  addOriginFields(builder)
  addLocaleFields(builder)
  addModuleFields(builder)
}

type TenantTypes = ReturnType<typeof addTenant>

function addTenant(builder: GraphqlBuilder) {
  const status = builder.enumType('TenantStatus', {
    values: {
      ACTIVE: { value: 'active' },
      SUSPENDED: { value: 'suspended' },
      DELETING: { value: 'deleting' },
    } as const,
  })
  const tenant = builder.objectRef<schemas.TenantDto>('Tenant').implement({
    description: 'A site, shop or community.',
    fields: (t) => ({
      id: t.exposeID('id'),
      slug: t.exposeString('slug'),
      name: t.exposeString('name'),
      status: t.expose('status', { type: status }),
      isControl: t.exposeBoolean('isControl', {
        description: 'Whether its operators manage tenants.',
      }),
      defaultLocale: t.exposeString('defaultLocale'),
      settingsJson: t.string({
        description: 'A JSON object.',
        resolve: (parent) => JSON.stringify(parent.settings),
      }),
      version: t.exposeInt('version'),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
      deletionRequestedAt: t.expose('deletionRequestedAt', { type: 'DateTime', nullable: true }),
    }),
  })
  return { tenant, status }
}

function addTenantQueries(builder: GraphqlBuilder, { tenant, status }: TenantTypes): void {
  const page = builder.objectRef<Page<schemas.TenantDto>>('TenantPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [tenant] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    tenant: t.field({
      type: tenant,
      description: 'The tenant that is called.',
      resolve: (_, _args, { deps, ctx }) => getTenant(deps, ctx, { tenantId: ctx.tenant.id }),
    }),
    tenants: t.field({
      type: page,
      description: 'All tenants, newest first; for operators.',
      args: { limit: t.arg.int(), cursor: t.arg.string(), status: t.arg({ type: status }) },
      resolve: (_, args, { deps, ctx }) =>
        listTenants(deps, ctx, parseArguments(schemas.listTenantsQuery, args)),
    }),
    tenantById: t.field({
      type: tenant,
      description: 'Any tenant; for operators.',
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, { id }, { deps, ctx }) => getTenant(deps, ctx, targetOf(id)),
    }),
  }))
}

function addOwnTenantMutation(builder: GraphqlBuilder, { tenant }: TenantTypes): void {
  builder.mutationField('updateTenant', (t) =>
    t.field({
      type: tenant,
      description: 'Changes the tenant that is called, or, for operators, the one of the id.',
      args: {
        id: t.arg.id(),
        version: t.arg.int({ required: true, description: 'The version that is replaced.' }),
        name: t.arg.string(),
        defaultLocale: t.arg.string(),
        settingsJson: t.arg.string({ description: 'A JSON object of the keys to change.' }),
      },
      resolve: (_, { id, version, settingsJson, ...rest }, { deps, ctx }) =>
        updateTenant(deps, ctx, {
          ...targetOf(id ?? ctx.tenant.id),
          ...parseArguments(schemas.updateTenantBody, {
            ...rest,
            settings: settingsOf(settingsJson),
          }),
          ifMatch: version,
        }),
    }),
  )
}

function addOperatorMutations(builder: GraphqlBuilder, { tenant }: TenantTypes): void {
  const seen = 'The version that is replaced; any when left out.'
  builder.mutationFields((t) => {
    const args = { id: t.arg.id({ required: true }), version: t.arg.int({ description: seen }) }
    return {
      createTenant: t.field({
        type: tenant,
        description: 'For operators.',
        args: {
          slug: t.arg.string({ required: true }),
          name: t.arg.string({ required: true }),
          defaultLocale: t.arg.string(),
          modules: t.arg.stringList(),
        },
        resolve: (_, input, { deps, ctx }) =>
          createTenant(deps, ctx, parseArguments(schemas.createTenantBody, input)),
      }),
      suspendTenant: t.field({
        type: tenant,
        description: 'Stops serving a tenant; for operators.',
        args,
        resolve: (_, { id, version }, { deps, ctx }) =>
          suspendTenant(deps, ctx, targetOf(id, version)),
      }),
      activateTenant: t.field({
        type: tenant,
        description: 'Serves a suspended tenant again; for operators.',
        args,
        resolve: (_, { id, version }, { deps, ctx }) =>
          activateTenant(deps, ctx, targetOf(id, version)),
      }),
      requestTenantDeletion: t.field({
        type: tenant,
        description: 'Takes a tenant out of service for good; for operators.',
        args,
        resolve: (_, { id, version }, { deps, ctx }) =>
          requestTenantDeletion(deps, ctx, targetOf(id, version)),
      }),
    }
  })
}

function addDomainFields(builder: GraphqlBuilder): void {
  const domain = builder.objectRef<schemas.DomainDto>('TenantDomain').implement({
    description: 'A host that leads to the tenant once it is verified.',
    fields: (t) => ({
      host: t.exposeString('host'),
      verificationToken: t.exposeString('verificationToken'),
      verifiedAt: t.expose('verifiedAt', { type: 'DateTime', nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
    }),
  })
  const page = builder.objectRef<Page<schemas.DomainDto>>('TenantDomainPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [domain] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryField('tenantDomains', (t) =>
    t.field({
      type: page,
      description:
        'The hosts of the tenant that is called, or, for operators, of the one of the id.',
      args: { tenantId: t.arg.id(), limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, { tenantId, ...query }, { deps, ctx }) =>
        listDomains(deps, ctx, {
          ...targetOf(tenantId ?? ctx.tenant.id),
          ...parseArguments(pageQuery, query),
        }),
    }),
  )
  builder.mutationFields((t) => ({
    addTenantDomain: t.field({
      type: domain,
      args: { host: t.arg.string({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        addDomain(deps, ctx, {
          tenantId: ctx.tenant.id,
          ...parseArguments(schemas.addDomainBody, args),
        }),
    }),
    removeTenantDomain: t.boolean({
      args: { host: t.arg.string({ required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        const { host } = parseArguments(schemas.domainParams, args)
        await removeDomain(deps, ctx, { tenantId: ctx.tenant.id, host })
        return true
      },
    }),
    verifyTenantDomain: t.field({
      type: domain,
      description: 'Lets a host lead to its tenant; for operators.',
      args: { tenantId: t.arg.id({ required: true }), host: t.arg.string({ required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        verifyDomain(deps, ctx, parseArguments(schemas.tenantDomainParams, args)),
    }),
  }))
}

function addOriginFields(builder: GraphqlBuilder): void {
  builder.queryField('tenantOrigins', (t) =>
    t.stringList({
      description: 'The browser origins that may call the API.',
      resolve: async (_, _args, { deps, ctx }) =>
        (await getOrigins(deps, ctx, { tenantId: ctx.tenant.id })).origins,
    }),
  )
  builder.mutationField('setTenantOrigins', (t) =>
    t.stringList({
      args: { origins: t.arg.stringList({ required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        const { origins } = parseArguments(schemas.originsBody, args)
        return (await setOrigins(deps, ctx, { tenantId: ctx.tenant.id, origins })).origins
      },
    }),
  )
}

function addLocaleFields(builder: GraphqlBuilder): void {
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

function addModule(builder: GraphqlBuilder) {
  const kind = builder.enumType('ModuleKind', {
    values: { CORE: { value: 'core' }, OPTIONAL: { value: 'optional' } } as const,
  })
  return builder.objectRef<schemas.ModuleDto>('TenantModule').implement({
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
}

function addModuleFields(builder: GraphqlBuilder): void {
  const module = addModule(builder)
  const page = builder.objectRef<Page<schemas.ModuleDto>>('TenantModulePage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [module] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
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
          ...parseArguments(schemas.configureModuleBody, { settings: settingsOf(settingsJson) }),
        }),
    }),
  }))
}

function targetOf(tenantId: string, version?: number | null) {
  return { ...parseWith(schemas.tenantParams, { tenantId }), ifMatch: version ?? undefined }
}

function settingsOf(text: string | null | undefined): unknown {
  if (text === null || text === undefined) return null
  try {
    return parseJson(text, limits.json.depth)
  } catch (error) {
    throw error instanceof JsonError ? invalid('/settingsJson', error.message) : error
  }
}
