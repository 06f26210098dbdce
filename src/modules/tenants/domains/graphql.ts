import { parseArguments, parseWith } from '../../../kernel/parse.ts'
import { type Page, pageQuery } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import { tenantParams } from '../schemas.ts'
import * as schemas from './schemas.ts'
import { addDomain, listDomains, removeDomain, verifyDomain } from './service/domains.ts'
import { getOrigins, setOrigins } from './service/origins.ts'

/** Adds the domains and origins of tenants to the schema. */
export function domainGraphql(builder: GraphqlBuilder): void {
  addDomainFields(builder)
  addOriginFields(builder)
}

function addDomainTypes(builder: GraphqlBuilder) {
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
  return { domain, page }
}

function addDomainFields(builder: GraphqlBuilder): void {
  const { domain, page } = addDomainTypes(builder)
  builder.queryField('tenantDomains', (t) =>
    t.field({
      type: page,
      description:
        'The hosts of the tenant that is called, or, for operators, of the one of the id.',
      args: { tenantId: t.arg.id(), limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, { tenantId, ...query }, { deps, ctx }) =>
        listDomains(deps, ctx, {
          ...parseWith(tenantParams, { tenantId: tenantId ?? ctx.tenant.id }),
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
