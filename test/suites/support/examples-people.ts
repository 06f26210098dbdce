import type { Example, Examples } from './example.ts'
import { type House, addLocale, makeHost, makeTenant, makeUser } from './house.ts'

/** A call of every operation of `auth` and `rbac`. */
export const peopleExamples: Examples = {
  register: async (house) => {
    const admin = await house.as('admin')
    const body = { settings: { registrationEnabled: true } }
    await admin.json('PATCH', '/api/v1/tenant/modules/auth', { body })
    return { as: house.home.anonymous, body: newPerson(house) }
  },
  me: async (house) => ({ as: await house.as('customer') }),
  jwks: async (house) => ({ as: house.home.anonymous }),
  listUsers: async (house) => ({
    as: await house.as('admin'),
    query: { status: 'active', role: 'customer' },
  }),
  createUser: async (house) => ({
    as: await house.as('admin'),
    body: { ...newPerson(house), roles: ['customer'] },
  }),
  getUser: onUser,
  updateUser: async (house) => ({
    ...(await onUser(house)),
    body: { status: 'disabled', name: 'Renamed', email: `${house.name()}@people.example` },
  }),
  deleteUser: onUser,
  resetUserPassword: onUser,
  setUserRoles: async (house) => ({ ...(await onUser(house)), body: { roles: ['manager'] } }),
  listRoles: asAdmin,
  getRole: async (house) => ({ as: await house.as('admin'), params: { slug: 'manager' } }),
  listPermissions: asAdmin,
  run_rbac_sync: async (house) => ({ as: await house.as('super_admin'), body: {} }),
}

/** A call of every operation of `tenants`. */
export const tenantExamples: Examples = {
  listTenants: async (house) => ({ as: await house.operator(), query: { status: 'active' } }),
  createTenant: newTenant,
  run_tenants_create: newTenant,
  getTenantById: onTenant,
  updateTenantById: async (house) => ({ ...(await onTenant(house)), body: { name: 'Renamed' } }),
  requestTenantDeletion: onTenant,
  suspendTenant: onTenant,
  activateTenant: async (house) => {
    const example = await onTenant(house)
    const path = `/api/v1/tenants/${example.params.tenantId}/suspend`
    await example.as.json('POST', path)
    return example
  },
  restoreTenant: onDeletedTenant,
  run_tenants_erase: async (house) => {
    const { as, params } = await onDeletedTenant(house)
    return { as, body: { target: params.tenantId, now: true } }
  },
  listTenantDomainsById: onTenant,
  createTenantAdministrator: async (house) => ({
    ...(await onTenant(house)),
    body: newPerson(house),
  }),
  verifyTenantDomain: async (house) => {
    const host = await makeHost(house)
    return { as: await house.operator(), params: { tenantId: house.home.tenantId, host } }
  },
  getTenant: asAdmin,
  updateTenant: async (house) => {
    const admin = await house.as('admin')
    const { version } = await admin.json<{ version: number }>('GET', '/api/v1/tenant')
    return { as: admin, body: { name: 'Renamed' }, version }
  },
  listTenantDomains: asAdmin,
  addTenantDomain: async (house) => ({
    ...(await asAdmin(house)),
    body: { host: `${house.name()}.example` },
  }),
  removeTenantDomain: async (house) => ({
    ...(await asAdmin(house)),
    params: { host: await makeHost(house) },
  }),
  getTenantOrigins: asAdmin,
  setTenantOrigins: async (house) => ({
    ...(await asAdmin(house)),
    body: { origins: ['https://shop.example'] },
  }),
  listTenantLocales: asAdmin,
  putTenantLocale: async (house) => ({
    ...(await asAdmin(house)),
    params: { locale: 'fr' },
    body: { fallback: 'en' },
  }),
  removeTenantLocale: async (house) => {
    await addLocale(house, 'it')
    return { ...(await asAdmin(house)), params: { locale: 'it' } }
  },
  listTenantModules: asAdmin,
  enableTenantModule: async (house) => {
    const example = await onBlog(house)
    await example.as.json('POST', '/api/v1/tenant/modules/blog/disable')
    return { ...example, undo: enableBlog(house) }
  },
  disableTenantModule: async (house) => ({ ...(await onBlog(house)), undo: enableBlog(house) }),
  configureTenantModule: async (house) => ({
    ...(await onBlog(house)),
    body: { settings: { title: 'A blog' } },
  }),
}

async function asAdmin(house: House) {
  return { as: await house.as('admin') }
}

async function onUser(house: House) {
  return { as: await house.as('admin'), params: { id: (await makeUser(house)).id } }
}

async function onBlog(house: House) {
  return { as: await house.as('admin'), params: { module: 'blog' } }
}

function enableBlog(house: House) {
  return async () => (await house.as('admin')).json('POST', '/api/v1/tenant/modules/blog/enable')
}

/** A tenant whose deletion is requested. */
async function onDeletedTenant(house: House) {
  const example = await onTenant(house)
  const headers = { 'if-match': '*' }
  await example.as.json('DELETE', `/api/v1/tenants/${example.params.tenantId}`, { headers })
  return example
}

async function onTenant(house: House) {
  const { id } = await makeTenant(house)
  return { as: await house.operator(), params: { tenantId: id } }
}

async function newTenant(house: House): Promise<Example> {
  const body = { slug: house.name(), name: 'Acme', defaultLocale: 'en', modules: ['blog'] }
  return { as: await house.operator(), body }
}

function newPerson(house: House) {
  return {
    email: `${house.name()}@people.example`,
    name: 'Ada Lovelace',
    password: 'three blind mice run',
  }
}
