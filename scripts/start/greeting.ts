import type { LocalSecrets } from './local-secrets.ts'

/** A tenant that the seed made, with the people who can sign in to it. */
export interface SeededTenant {
  readonly slug: string
  readonly users: readonly { readonly email: string; readonly role: string }[]
}

/** The address under which this machine reaches a server that listens on `host` and `port`. */
export function localOrigin(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`)
    .map((row) => row.trimEnd())
    .join('\n')
}

const addresses = (origin: string, tenant: SeededTenant | undefined): string => {
  const query = tenant === undefined ? '' : `?tenant=${tenant.slug}`
  return table([
    ['REST', `${origin}/api/v1`],
    ['API reference', `${origin}/docs${query}`],
    ['GraphQL', `${origin}/graphql${query}`],
    ['Health', `${origin}/health`],
  ])
}

const logins = (tenants: readonly SeededTenant[], secrets: LocalSecrets): string =>
  table([
    ['TENANT', 'ROLE', 'E-MAIL', 'PASSWORD'],
    ['control', 'super_admin', secrets.FIRST_ADMIN_EMAIL, secrets.FIRST_ADMIN_PASSWORD],
    ...tenants.flatMap(({ slug, users }) =>
      users.map(({ email, role }) => [slug, role, email, secrets.DEMO_PASSWORD]),
    ),
  ])

/** Three commands that show the tenant's posts, a log-in and the same posts by GraphQL. */
export function tryLines(origin: string, tenant: SeededTenant, password: string): string[] {
  const header = `-H 'X-Tenant-ID: ${tenant.slug}'`
  const json = `-H 'Content-Type: application/json'`
  const login = JSON.stringify({ email: tenant.users[0]?.email ?? '', password })
  const query = JSON.stringify({ query: '{ posts(limit: 3) { items { slug title } } }' })
  return [
    `curl -s ${header} '${origin}/api/v1/blog/posts?limit=3'`,
    `curl -s ${header} ${json} -d '${login}' ${origin}/api/v1/auth/login`,
    `curl -s ${header} ${json} -d '${query}' ${origin}/graphql`,
  ]
}

/**
 * What `npm start` says when everything is up. `tenants` is empty without a seed; `warning` tells
 * that the log-ins do not work.
 */
export function greeting(
  origin: string,
  tenants: readonly SeededTenant[],
  secrets: LocalSecrets,
  warning?: string,
): string {
  const [first] = tenants
  const sections = [
    `RusToK Edge is ready on ${origin}`,
    addresses(origin, first),
    `Log in (the passwords are in .dev.vars, which only you can read):\n${logins(tenants, secrets)}`,
  ]
  if (warning !== undefined) sections.push(warning)
  if (first !== undefined) {
    const lines = tryLines(origin, first, secrets.DEMO_PASSWORD)
    sections.push(`Try:\n${lines.map((line) => `  ${line}`).join('\n')}`)
  }
  sections.push('Ctrl-C stops it. The data stays.')
  return `\n${sections.join('\n\n')}\n`
}
