import type { Query, Statement } from '../../../kernel/statement.ts'
import type { TransferJobRow } from '../repo.ts'
import type { Person } from '../types.ts'

/** A user who has an account, with its roles as a JSON list. */
export function findPerson(
  tenantId: string,
  userId: string,
): Query<Person & { readonly roles: string }> {
  return {
    sql: `SELECT id AS userId, email, (SELECT json_group_array(role) FROM user_roles
        WHERE tenant_id = ?1 AND user_id = ?2) AS roles
      FROM users WHERE tenant_id = ?1 AND id = ?2 AND status <> 'deleted'`,
    params: [tenantId, userId],
  }
}

/** The newest export of a user. */
export function findPersonExport(
  tenantId: string,
  userId: string,
): Query<TransferJobRow & { readonly id: string }> {
  return {
    sql: `SELECT id, name, payload, state, progress, last_error AS lastError,
        created_at AS createdAt, finished_at AS finishedAt
      FROM jobs WHERE tenant_id = ?1 AND name = 'transfer:export-user'
        AND payload ->> 'userId' = ?2 ORDER BY id DESC LIMIT 1`,
    params: [tenantId, userId],
  }
}

/** All exports of a user of which there may be files. */
export function findPersonExports(tenantId: string, userId: string): Query<{ id: string }> {
  return {
    sql: `SELECT id FROM jobs WHERE tenant_id = ?1 AND name = 'transfer:export-user'
        AND payload ->> 'userId' = ?2`,
    params: [tenantId, userId],
  }
}

/** A row while the user has an account. */
export function hasAccount(tenantId: string, userId: string): Statement {
  return {
    sql: `SELECT 1 FROM users WHERE tenant_id = ? AND id = ? AND status <> 'deleted'`,
    params: [tenantId, userId],
  }
}
