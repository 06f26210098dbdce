/** The cookies of one request, and those that its answer sets. */
export interface Cookies {
  get(name: string): string | undefined
  /** Sets a cookie for that many seconds; 0 removes it. */
  set(name: string, value: string, seconds: number): void
}

/** A jar of cookies with the `Set-Cookie` headers of the answer. */
export interface CookieJar extends Cookies {
  readonly changes: ReadonlyMap<string, string>
}

/**
 * Binds a cookie to this host alone, over https (RFC 6265bis §4.1.3.2): no subdomain and no plain
 * http can plant one.
 */
const PREFIX = '__Host-'

/**
 * Reads the `Cookie` header. Names are without `__Host-`, and other cookies do not exist here. No
 * script can read what is set, and no page of another site can have it sent.
 */
export function createCookieJar(header: string | null): CookieJar {
  const given = header === null ? undefined : parse(header)
  const changes = new Map<string, string>()
  return {
    changes,
    get: (name) => given?.get(name),
    set(name, value, seconds) {
      const attributes = `Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Strict`
      changes.set(name, `${PREFIX}${name}=${value}; ${attributes}`)
    },
  }
}

/** A name that is given twice is not read: one of the two was planted. */
function parse(header: string): Map<string, string> {
  const found = new Map<string, string>()
  const twice = new Set<string>()
  for (const pair of header.split(';')) {
    const [, name, value] = /^\s*__Host-([\w-]+)=([^\s;]*)\s*$/.exec(pair) ?? []
    if (name === undefined || value === undefined) continue
    if (found.has(name)) twice.add(name)
    found.set(name, value)
  }
  for (const name of twice) found.delete(name)
  return found
}
