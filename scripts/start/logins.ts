import type { SeededTenant } from './greeting.ts'
import type { LocalSecrets } from './local-secrets.ts'

/** Somebody whom the greeting prints, with the password. */
interface Login {
  readonly tenant: string
  readonly email: string
  readonly password: string
}

const ANSWER_WITHIN_MS = 30_000

/** One log-in for each password: the first administrator's, and the one that the demo shares. */
const loginsOf = (tenants: readonly SeededTenant[], secrets: LocalSecrets): Login[] => {
  const { FIRST_ADMIN_EMAIL: email, FIRST_ADMIN_PASSWORD: password, DEMO_PASSWORD } = secrets
  const [demo] = tenants.flatMap(({ slug, users }) =>
    users.map((user) => ({ tenant: slug, email: user.email, password: DEMO_PASSWORD })),
  )
  return [{ tenant: 'control', email, password }, ...(demo === undefined ? [] : [demo])]
}

const isRefused = async (origin: string, { tenant, ...login }: Login): Promise<boolean> => {
  const response = await fetch(`${origin}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tenant-id': tenant },
    body: JSON.stringify(login),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  })
  await response.body?.cancel()
  return response.status === 401
}

/**
 * Tries the passwords that the greeting prints, each once, and answers who is refused by them. A
 * tenant that is not there, or a second factor, is no refusal.
 */
export async function refusedLogins(
  origin: string,
  tenants: readonly SeededTenant[],
  secrets: LocalSecrets,
): Promise<string[]> {
  const refused: string[] = []
  for (const login of loginsOf(tenants, secrets)) {
    if (await isRefused(origin, login)) refused.push(login.email)
  }
  return refused
}

/** What to do about log-ins that are refused. `persistTo` is the folder of the data. */
export const aboutRefused = (emails: readonly string[], persistTo: string): string =>
  `${emails.join(' and ')} cannot log in: the data in ${persistTo} was made with other passwords ` +
  'than those in .dev.vars. Restore the .dev.vars of that data, or start with another --persist-to.'
