import { and, desc, eq, gt, lt, lte, sql } from 'drizzle-orm'
import { toRfc3339 } from '../../../kernel/clock.ts'
import {
  type Bind,
  type Query,
  type Statement,
  builder,
  columns,
  prepare,
  prepareEach,
} from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import { oneTimeTokens } from '../one-time-tokens/index.ts'
import { users } from '../tables.ts'
import { stateAt } from './domain.ts'
import { invitations } from './tables.ts'
import type {
  Invitation,
  InvitationLink,
  InvitationRecord,
  InvitationState,
  Sendable,
} from './types.ts'

const invitationColumns = {
  id: invitations.id,
  email: invitations.email,
  name: invitations.name,
  roles: invitations.roles,
  invitedBy: invitations.invitedBy,
  state: invitations.state,
  userId: invitations.userId,
  version: invitations.version,
  expiresAt: invitations.expiresAt,
  createdAt: invitations.createdAt,
  updatedAt: invitations.updatedAt,
}

/** A row of `invitations`; roles are JSON text. */
type InvitationRow = Omit<InvitationRecord, 'roles'> & { readonly roles: string }

export function toInvitation(row: InvitationRow): InvitationRecord {
  return { ...row, roles: JSON.parse(row.roles) }
}

/** The invitation as the API shows one at an instant. */
export function showInvitation(record: InvitationRecord, now: number): Invitation {
  return {
    ...record,
    state: stateAt(record, now),
    expiresAt: toRfc3339(record.expiresAt),
    createdAt: toRfc3339(record.createdAt),
    updatedAt: toRfc3339(record.updatedAt),
  }
}

const byId = (bind: Bind) =>
  and(eq(invitations.tenantId, bind('tenantId')), eq(invitations.id, bind('id')))

export const findInvitation = prepare((bind) =>
  builder.select(columns(invitationColumns)).from(invitations).where(byId(bind)),
)

/** Invitations made before the id, newest first; those of a state at the instant `now`, or all. */
export const findInvitations = prepareEach((state: InvitationState | 'all', bind: Bind) =>
  builder
    .select(columns(invitationColumns))
    .from(invitations)
    .where(
      and(
        eq(invitations.tenantId, bind('tenantId')),
        state === 'all' ? undefined : isIn(state, bind),
        lt(invitations.id, bind('before')),
      ),
    )
    .orderBy(desc(invitations.id))
    .limit(sql.placeholder('limit')),
)

function isIn(state: InvitationState, bind: Bind) {
  const kept = state === 'expired' ? 'pending' : state
  return and(
    // Without the hint SQLite walks all invitations of the tenant.
    sql`unlikely(${eq(invitations.state, kept)})`,
    state === 'pending' ? gt(invitations.expiresAt, bind('now')) : undefined,
    state === 'expired' ? lte(invitations.expiresAt, bind('now')) : undefined,
  )
}

const sentSince = (bind: Bind) =>
  sql<number>`(SELECT count(*) FROM one_time_tokens c WHERE c.tenant_id = invitations.tenant_id
    AND c.subject_id = invitations.id AND c.purpose = 'invitation'
    AND c.created_at > ${bind('since')})`.as('sent')

/** An invitation with the links sent since an instant, and who has its address as JSON. */
export const findSendable = prepare((bind) =>
  builder
    .select(
      columns({
        ...invitationColumns,
        sent: sentSince(bind),
        owner: sql<string | null>`(SELECT json_object('id', o.id, 'name', o.name,
          'locale', o.locale) FROM users o WHERE o.tenant_id = invitations.tenant_id
          AND o.email = invitations.email)`.as('owner'),
      }),
    )
    .from(invitations)
    .where(byId(bind)),
)

export function toSendable(
  row: InvitationRow & { readonly sent: number; readonly owner: string | null },
): Sendable {
  const { sent, owner, ...invitation } = row
  return { invitation: toInvitation(invitation), sent, owner: JSON.parse(owner ?? 'null') }
}

/** What an unspent link leads to by its hash, while the invitation is open and its inviter active. */
export const findLink = prepare((bind) =>
  builder
    .select(
      columns({
        ...invitationColumns,
        linkExpiresAt: oneTimeTokens.expiresAt,
        boundTo: oneTimeTokens.boundTo,
        inviterRoles: sql<string>`(SELECT json_group_array(r.role) FROM user_roles r
          WHERE r.tenant_id = users.tenant_id AND r.user_id = users.id)`.as('inviterRoles'),
        inviterSecurityVersion: users.securityVersion,
        sent: sentSince(bind),
      }),
    )
    .from(oneTimeTokens)
    .innerJoin(
      invitations,
      and(
        eq(invitations.tenantId, oneTimeTokens.tenantId),
        eq(invitations.id, oneTimeTokens.subjectId),
      ),
    )
    .innerJoin(
      users,
      and(eq(users.tenantId, invitations.tenantId), eq(users.id, invitations.invitedBy)),
    )
    .where(
      and(
        eq(oneTimeTokens.tenantId, bind('tenantId')),
        eq(oneTimeTokens.hash, bind('hash')),
        eq(oneTimeTokens.purpose, 'invitation'),
        sql`${oneTimeTokens.usedAt} IS NULL`,
        eq(invitations.state, 'pending'),
        gt(invitations.expiresAt, bind('now')),
        eq(users.status, 'active'),
      ),
    ),
)

/** A row of `findLink`. */
interface LinkRow
  extends InvitationRow, Pick<InvitationLink, 'boundTo' | 'inviterSecurityVersion' | 'sent'> {
  readonly linkExpiresAt: number
  readonly inviterRoles: string
}

export function toLink(row: LinkRow): InvitationLink {
  const { linkExpiresAt, boundTo, inviterRoles, inviterSecurityVersion, sent, ...rest } = row
  return {
    invitation: toInvitation(rest),
    expiresAt: linkExpiresAt,
    boundTo,
    inviterRoles: JSON.parse(inviterRoles),
    inviterSecurityVersion,
    sent,
  }
}

/** Adds an invitation; breaks `state_allows` while the address has one that is open. */
export function insertInvitation(tenantId: string, invitation: InvitationRecord): Write {
  const { id, email, name, roles, invitedBy, expiresAt, createdAt } = invitation
  return {
    statement: {
      sql: `INSERT INTO invitations (tenant_id, id, email, name, roles, invited_by, state, version,
        expires_at, created_at, updated_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, 'pending', 1, ?7, ?8, ?8 WHERE NOT EXISTS (
          SELECT 1 FROM invitations WHERE tenant_id = ?1 AND unlikely(email = ?3)
          AND state = 'pending' AND expires_at > ?8)`,
      params: [tenantId, id, email, name, JSON.stringify(roles), invitedBy, expiresAt, createdAt],
    },
    guard: 'state_allows',
  }
}

const update = prepare((bind) =>
  builder
    .update(invitations)
    .set({
      invitedBy: bind('invitedBy'),
      state: sql`${bind('state')}`,
      userId: bind('userId'),
      version: bind('version'),
      expiresAt: bind('expiresAt'),
      updatedAt: bind('updatedAt'),
    })
    .where(
      and(byId(bind), eq(invitations.version, bind('replaces')), eq(invitations.state, 'pending')),
    ),
)

/** Writes an open invitation over the version before it; breaks `state_allows` when there is none. */
export function updateInvitation(tenantId: string, invitation: InvitationRecord): Write {
  const { email: _, name: __, roles: ___, createdAt: ____, ...rest } = invitation
  return {
    statement: update({ tenantId, ...rest, replaces: invitation.version - 1 }),
    guard: 'state_allows',
  }
}

/** A row while the inviter is as it was read. */
export function sameInviter(
  tenantId: string,
  { invitation, inviterSecurityVersion }: InvitationLink,
): Statement {
  return {
    sql: `SELECT 1 FROM users WHERE tenant_id = ? AND id = ? AND status = 'active'
      AND security_version = ?`,
    params: [tenantId, invitation.invitedBy, inviterSecurityVersion],
  }
}

/** A row while the tenant, with what its roles permit, is as it was read. */
export function sameTenant(tenantId: string, version: number): Statement {
  return { sql: 'SELECT 1 FROM tenants WHERE id = ? AND version = ?', params: [tenantId, version] }
}

/** Forgets who was invited at an address. */
export function eraseInvitations(tenantId: string, email: string): Statement {
  return {
    sql: 'DELETE FROM invitations WHERE tenant_id = ?1 AND unlikely(email = ?2)',
    params: [tenantId, email],
  }
}

/** Removes at most `limit` invitations that expired before an instant, the longest over first. */
export function deleteInvitations(before: number, limit: number): Query<{ swept: number }> {
  return {
    sql: `DELETE FROM invitations WHERE (tenant_id, id) IN (
      SELECT tenant_id, id FROM invitations WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)
      RETURNING 1 AS swept`,
    params: [before, limit],
  }
}
