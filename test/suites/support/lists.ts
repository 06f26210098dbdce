import type { MountedRoute } from '../../../src/app/routes.ts'
import type { Client } from '../../support/world.ts'
import { makeEntry } from './examples-audit.ts'
import { makeDeadLetter, makeJob } from './examples-delivery.ts'
import { makeInvitation } from './examples-invitations.ts'
import { makeKey } from './examples-keys.ts'
import { makeRole } from './examples-rbac.ts'
import { suppress } from './examples-mail.ts'
import { coverOf, makeAsset, makeCovered, makeFolder, makeReplaced } from './examples-media.ts'
import { customerOf, makeOwn } from './examples-sessions.ts'
import { makeDelivery, makeEndpoint, makeSource } from './examples-webhooks.ts'
import {
  type House,
  makeAuthor,
  makeCategory,
  makeLocale,
  makePost,
  makeSchedule,
  makeTag,
  makeTenant,
  makeUser,
} from './house.ts'
import { operations } from './operations.ts'

type MaybeLater<Value> = Value | Promise<Value>

/** A list that can be walked by pages. */
export interface PagedList {
  /** Adds an item and answers its key in the list. Absent where nobody can add one. */
  readonly add?: (house: House) => Promise<string>
  /** Takes an item out of the list. */
  readonly remove?: (house: House, key: string) => Promise<void>
  /** What tells the items apart. */
  readonly key: string
  readonly as: (house: House) => Promise<Client>
  readonly params?: (house: House) => MaybeLater<Readonly<Record<string, string>>>
}

const admin = (house: House) => house.as('admin')
const customer = (house: House) => house.as('customer')
const operator = (house: House) => house.operator()
const anybody = async (house: House) => house.home.anonymous

const removed = (path: string) => async (house: House, key: string) => {
  const client = await house.as('admin')
  const headers = { 'if-match': '*' }
  const response = await client.fetch('DELETE', `${path}/${key}`, { headers })
  if (!response.ok) throw new Error(`${path}/${key} answered ${response.status}`)
}

const addEntry = async (house: House) => (await makeEntry(house)).id

const hosts: Pick<PagedList, 'key' | 'add' | 'remove'> = {
  key: 'host',
  add: async (house) => {
    const host = `${house.name()}.example`
    await (await house.as('admin')).json('POST', '/api/v1/tenant/domains', { body: { host } })
    return host
  },
  remove: removed('/api/v1/tenant/domains'),
}

/** Every list with cursors, by operation. */
export const pagedLists: Readonly<Record<string, PagedList>> = {
  listPosts: {
    key: 'id',
    as: anybody,
    add: async (house) => (await makePost(house, { publish: true })).id,
    remove: async (house, id) => {
      const client = await house.as('admin')
      await client.json('POST', `/api/v1/blog/posts/${id}/archive`)
    },
  },
  listAuthors: {
    key: 'id',
    as: anybody,
    add: async (house) => (await makeAuthor(house)).id,
    remove: removed('/api/v1/blog/authors'),
  },
  listTags: {
    key: 'id',
    as: anybody,
    add: async (house) => (await makeTag(house)).id,
    remove: removed('/api/v1/blog/tags'),
  },
  listSessions: {
    key: 'id',
    as: customer,
    add: makeOwn('/sessions'),
    remove: async (house, id) => {
      await (await house.as('customer')).json('DELETE', `/api/v1/auth/sessions/${id}`)
    },
  },
  listLogins: { key: 'id', as: customer, add: makeOwn('/history') },
  listUserSessions: {
    key: 'id',
    as: admin,
    add: makeOwn('/sessions'),
    params: async (house) => ({ id: await customerOf(house) }),
  },
  listInvitations: {
    key: 'id',
    as: admin,
    add: async (house) => (await makeInvitation(house)).id,
  },
  listUsers: { key: 'id', as: admin, add: async (house) => (await makeUser(house)).id },
  listTenants: { key: 'id', as: operator, add: async (house) => (await makeTenant(house)).id },
  listMailMessages: {
    key: 'recipient',
    as: admin,
    add: async (house) => (await makeUser(house)).email,
  },
  listMailSuppressions: {
    key: 'id',
    as: admin,
    add: async (house) => (await suppress(house)).id,
    remove: removed('/api/v1/mail/suppressions'),
  },
  listMediaAssets: {
    key: 'id',
    as: admin,
    add: async (house) => (await makeAsset(house)).id,
    remove: removed('/api/v1/media/assets'),
  },
  listMediaReferences: {
    key: 'ownerId',
    as: admin,
    params: async (house) => ({ id: await coverOf(house) }),
    add: async (house) => (await makeCovered(house)).id,
    remove: removed('/api/v1/blog/posts'),
  },
  listTenantDomains: { ...hosts, as: admin },
  listTenantDomainsById: {
    ...hosts,
    as: operator,
    params: (house) => ({ tenantId: house.home.tenantId }),
  },
  listTenantLocales: {
    key: 'code',
    as: admin,
    add: makeLocale,
    remove: removed('/api/v1/tenant/locales'),
  },
  listTenantModules: { key: 'slug', as: admin },
  listRoles: { key: 'slug', as: admin, add: makeRole, remove: removed('/api/v1/rbac/roles') },
  listPermissions: { key: 'name', as: admin },
  listJobs: { key: 'id', as: admin, add: (house) => makeJob(house, 'queued') },
  listSchedules: {
    key: 'id',
    as: admin,
    add: async (house) => (await makeSchedule(house)).id,
    remove: removed('/api/v1/schedules'),
  },
  listScheduleRuns: {
    key: 'id',
    as: admin,
    add: async (house) => {
      const { id } = await makeSchedule(house)
      const client = await house.as('admin')
      return (await client.json<{ id: string }>('POST', `/api/v1/schedules/${id}/runs`)).id
    },
  },
  listAuditEntries: { key: 'id', as: admin, add: addEntry },
  listMyAuditEntries: { key: 'id', as: admin, add: addEntry },
  listTasks: { key: 'name', as: admin },
  listWebhookEndpoints: {
    key: 'id',
    as: admin,
    add: async (house) => (await makeEndpoint(house)).id,
    remove: removed('/api/v1/webhooks/endpoints'),
  },
  listWebhookSources: {
    key: 'id',
    as: admin,
    add: async (house) => (await makeSource(house)).id,
    remove: removed('/api/v1/webhooks/sources'),
  },
  listWebhookDeliveries: {
    key: 'id',
    as: admin,
    add: async (house) => (await makeDelivery(house)).id,
  },
  listApiKeys: { key: 'id', as: admin, add: async (house) => (await makeKey(house)).id },
  listDeadLetters: { key: 'id', as: admin, add: makeDeadLetter },
}

/** Lists that answer everything at once, since they are bounded by a limit of the platform. */
export const wholeLists: Readonly<Record<string, PagedList>> = {
  listCategories: {
    key: 'id',
    as: anybody,
    add: async (house) => (await makeCategory(house)).id,
    remove: removed('/api/v1/blog/categories'),
  },
  listMediaFiles: {
    key: 'number',
    as: admin,
    params: async (house) => ({ id: (await makeReplaced(house)).id }),
  },
  listMediaFolders: {
    key: 'id',
    as: admin,
    add: async (house) => (await makeFolder(house)).id,
    remove: removed('/api/v1/media/folders'),
  },
}

/** Every operation that lists by pages: it takes a cursor. */
export const pagedOperations: readonly MountedRoute[] = operations.filter(({ route }) =>
  takesCursor(route.query),
)

function takesCursor(query: MountedRoute['route']['query']): boolean {
  if (!query) return false
  const answer = query.safeParse({ cursor: 1 })
  return answer.error?.issues.some(({ path }) => path[0] === 'cursor') ?? false
}
