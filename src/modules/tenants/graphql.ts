import { parseArguments, parseWith } from '../../kernel/parse.ts'
import type { Page } from '../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../ports/graphql.ts'
import { domainGraphql } from './domains/graphql.ts'
import { localeGraphql } from './locales/graphql.ts'
import { moduleGraphql } from './modules/graphql.ts'
import * as schemas from './schemas.ts'
import { createTenant } from './service/create.ts'
import { parseSettings } from './service/settings.ts'
import {
  activateTenant,
  getTenant,
  listTenants,
  requestTenantDeletion,
  restoreTenant,
  suspendTenant,
  updateTenant,
} from './service/tenants.ts'

/** Adds tenants, their domains, origins, locales and modules to the schema. */
export function tenantsGraphql(builder: GraphqlBuilder): void {
  const tenant = addTenant(builder)
  addTenantQueries(builder, tenant)
  addOwnTenantMutation(builder, tenant)
  addOperatorMutations(builder, tenant)
  domainGraphql(builder)
  localeGraphql(builder)
  moduleGraphql(builder)
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
            settings: parseSettings(settingsJson),
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
          shard: t.arg.string(),
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
        description: 'Takes a tenant out of service and erases it later; for operators.',
        args,
        resolve: (_, { id, version }, { deps, ctx }) =>
          requestTenantDeletion(deps, ctx, targetOf(id, version)),
      }),
      restoreTenant: t.field({
        type: tenant,
        description: 'Takes the deletion of a tenant back; for operators.',
        args,
        resolve: (_, { id, version }, { deps, ctx }) =>
          restoreTenant(deps, ctx, targetOf(id, version)),
      }),
    }
  })
}

function targetOf(tenantId: string, version?: number | null) {
  return { ...parseWith(schemas.tenantParams, { tenantId }), ifMatch: version ?? undefined }
}
