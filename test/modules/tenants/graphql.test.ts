import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'

const id = '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11'

async function administrator() {
  const world = await createWorld()
  return { world, admin: await world.as('admin') }
}

describe('the tenant by GraphQL', () => {
  it('is what it is by REST', async () => {
    const { admin } = await administrator()
    const rest = await admin.json<Record<string, unknown>>('GET', '/api/v1/tenant')
    const { data } = await admin.graphql<{ tenant: Record<string, unknown> }>(
      '{ tenant { id slug name status isControl defaultLocale settingsJson version createdAt updatedAt deletionRequestedAt } }',
    )
    const { settings, status, ...same } = rest
    expect(data?.tenant).toEqual({
      ...same,
      status: String(status).toUpperCase(),
      settingsJson: JSON.stringify(settings),
    })
  })

  it('changes with the version that was seen, and not with an older one', async () => {
    const { world, admin } = await administrator()
    const change = `mutation Change($version: Int!) {
      updateTenant(version: $version, name: "New", settingsJson: "{\\"timeZone\\":\\"Asia/Tokyo\\"}") { name settingsJson version }
    }`
    const { version } = await admin.json<{ version: number }>('GET', '/api/v1/tenant')
    const { data } = await admin.graphql(change, { version })
    expect(data).toMatchObject({ updateTenant: { name: 'New', version: version + 1 } })
    const late = await admin.graphql(change, { version })
    expect(late.errors?.[0]?.extensions.code).toBe('PRECONDITION_FAILED')
    expect(await admin.json('GET', '/api/v1/tenant')).toMatchObject({
      id: world.tenantId,
      settings: { timeZone: 'Asia/Tokyo' },
    })
  })

  it('refuses settings that are no JSON, and names them', async () => {
    const { admin } = await administrator()
    const { errors } = await admin.graphql(
      'mutation { updateTenant(version: 1, settingsJson: "{") { id } }',
    )
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ pointer: '/settingsJson' }],
    })
  })

  it('has its domains, origins, locales and modules', async () => {
    const { admin } = await administrator()
    await admin.graphql('mutation { putTenantLocale(locale: "de", fallback: "en") { code } }')
    await admin.graphql('mutation { addTenantDomain(host: "gql.example.com") { host } }')
    await admin.graphql('mutation { setTenantOrigins(origins: ["https://gql.example.com"]) }')
    await admin.graphql('mutation { disableTenantModule(module: "blog") { enabled } }')
    const { data } = await admin.graphql(`{
      tenantLocales { items { code fallback isDefault } nextCursor }
      tenantDomains { items { host verifiedAt } }
      tenantOrigins
      tenantModules { items { slug kind enabled } }
    }`)
    expect(data).toMatchObject({
      tenantLocales: {
        items: [
          { code: 'de', fallback: 'en' },
          { code: 'en', isDefault: true },
        ],
        nextCursor: null,
      },
      tenantDomains: { items: [{ host: 'gql.example.com', verifiedAt: null }] },
      tenantOrigins: ['https://gql.example.com'],
      tenantModules: {
        items: expect.arrayContaining([
          { slug: 'blog', kind: 'OPTIONAL', enabled: false },
          { slug: 'tenants', kind: 'CORE', enabled: true },
        ]),
      },
    })
    const removed = await admin.graphql('mutation { removeTenantLocale(locale: "de") }')
    expect(removed.data).toEqual({ removeTenantLocale: true })
  })

  it('is closed to customers and nobodies', async () => {
    const { world } = await administrator()
    const codes = []
    for (const caller of [await world.as('customer'), world.anonymous]) {
      const { errors } = await caller.graphql('{ tenant { id } }')
      codes.push(errors?.[0]?.extensions.code)
    }
    expect(codes).toEqual(['FORBIDDEN', 'UNAUTHENTICATED'])
  })
})

describe('other tenants by GraphQL', () => {
  it.each([
    '{ tenants { items { id } } }',
    `{ tenantById(id: "${id}") { id } }`,
    `{ tenantDomains(tenantId: "${id}") { items { host } } }`,
    'mutation { createTenant(slug: "stolen", name: "x") { id } }',
    `mutation { updateTenant(id: "${id}", version: 1, name: "x") { id } }`,
    `mutation { suspendTenant(id: "${id}") { id } }`,
    `mutation { activateTenant(id: "${id}") { id } }`,
    `mutation { requestTenantDeletion(id: "${id}") { id } }`,
    `mutation { verifyTenantDomain(tenantId: "${id}", host: "a.example.com") { host } }`,
  ])('are not there for the super administrator of one: %s', async (query) => {
    const world = await createWorld()
    const other = await createWorld()
    const admin = await world.as('super_admin')
    for (const document of [query, query.replace(id, other.tenantId)]) {
      const { errors } = await admin.graphql(document)
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND'])
    }
  })
})
