import type { LocalSecrets } from '../start/local-secrets.ts'
import { UsageError } from '../support/main.ts'
import type { TaskFlags } from './flags.ts'
import type { Identity } from './session.ts'

/** The tenant whose administrators manage tenants. */
const CONTROL = 'control'

interface Login {
  readonly email: string | undefined
  readonly password: string | undefined
}

const localLogin = (tenant: string | undefined, secrets: Partial<LocalSecrets>): Login => {
  const { DEMO_PASSWORD, FIRST_ADMIN_EMAIL, FIRST_ADMIN_PASSWORD } = secrets
  return tenant === CONTROL
    ? { email: FIRST_ADMIN_EMAIL, password: FIRST_ADMIN_PASSWORD }
    : { email: `admin@${tenant}.example`, password: DEMO_PASSWORD }
}

/**
 * Who signs in: the one that the flags name, else the tenant's seeded administrator where the local
 * secrets are known. Throws `UsageError` when nobody is left.
 */
export function identityOf(
  flags: Pick<TaskFlags, 'email' | 'password' | 'token'>,
  tenant: string | undefined,
  secrets: Partial<LocalSecrets> | undefined,
): Identity {
  if (flags.token !== undefined) return { token: flags.token }
  const { email, password } =
    flags.email === undefined && secrets !== undefined ? localLogin(tenant, secrets) : flags
  if (email !== undefined && password !== undefined) return { email, password }
  throw new UsageError('Say who signs in: --email and --password, or --token')
}
