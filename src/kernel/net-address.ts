import ipaddr from 'ipaddr.js'

/**
 * True for an address of the public internet, in IPv4 dotted decimals or IPv6. Everything that IANA
 * keeps for another purpose is not: loopback, private, link-local, shared (CGNAT), unique local,
 * multicast, documentation, benchmarking, and IPv6 that carries an IPv4 address (mapped, NAT64, 6to4,
 * Teredo). Other spellings of an address (octal, short, one number) are not read as one.
 */
export function isPublicAddress(text: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).range() === 'unicast'
  // A zone names an interface of this machine.
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return false
  const address = ipaddr.IPv6.parse(text)
  return address.range() === 'unicast' && address.match(GLOBAL_UNICAST)
}

/** The only part of IPv6 that has been given out (RFC 4291 §2.4). */
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3]

/** Why a URL is no target for requests of ours. */
export type TargetFault = 'url' | 'scheme' | 'credentials' | 'port' | 'address' | 'name'

/** A target that may be asked, once its name has led to public addresses only. */
export interface Target {
  readonly url: URL
  /** True for a host and port that the operator has named: nothing more is asked of it. */
  readonly isAllowed: boolean
}

const PORTS = ['', '443', '4443', '8443', '9443']

/** Names of a machine or of a private network (RFC 6761, 6762, 7686, 8375, 9476; ICANN's `internal`). */
const PRIVATE_NAMES =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|arpa|onion|alt|test|invalid|example)$/

/**
 * Reads a target from text as a client gives it. Only https, on a port for it, to a name of the
 * public DNS; `allowed` lists the only exceptions, each `host:port`.
 */
export function targetOf(text: string, allowed: readonly string[]): Target | TargetFault {
  if (!URL.canParse(text)) return 'url'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'credentials'
  if (isNamed(url, allowed)) return { url, isAllowed: true }
  if (url.protocol !== 'https:') return 'scheme'
  if (!PORTS.includes(url.port)) return 'port'
  // The URL parser has turned every spelling of an IPv4 address into dotted decimals by now.
  if (/^\[|^[\d.]+$/.test(url.hostname)) return 'address'
  return isPublicName(url.hostname) ? { url, isAllowed: false } : 'name'
}

function isNamed(url: URL, allowed: readonly string[]): boolean {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return allowed.includes(`${url.hostname}:${port}`)
}

/** True for a name of two labels or more that the public DNS may know. A final dot is refused. */
function isPublicName(name: string): boolean {
  const labels = name.split('.')
  const isName = labels.length > 1 && labels.every((label) => /^[a-z0-9_-]{1,63}$/.test(label))
  return isName && name.length <= 253 && !PRIVATE_NAMES.test(name)
}
