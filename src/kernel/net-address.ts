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

/** The bucket of an address: itself for IPv4, its /64 for IPv6, so that spellings do not multiply. */
export function addressBucket(address: string): string {
  if (!address.includes(':')) return address
  const groups = groupsOf(address)
  const isMapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff'
  return isMapped ? groups.slice(6).flatMap(bytesOf).join('.') : groups.slice(0, 4).join(':')
}

/** The eight groups of an IPv6 address (RFC 4291 §2.2), lower case without leading zeros. */
function groupsOf(address: string): string[] {
  const hexadecimal = address.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a, b, c, d) => `${groupOf(a, b)}:${groupOf(c, d)}`,
  )
  const [head = '', tail] = hexadecimal.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right]
  return groups.map((group) => group.replace(/^0+(?=.)/, ''))
}

function groupOf(high: string, low: string): string {
  return (Number(high) * 256 + Number(low)).toString(16)
}

function bytesOf(group: string): number[] {
  const value = Number.parseInt(group, 16)
  return [value >> 8, value & 0xff]
}

/**
 * An IP address or a network in CIDR notation (RFC 4632, RFC 4291 §2.3) in one spelling: the bits
 * behind the prefix cleared, IPv6 as RFC 5952 has it. Undefined for anything else.
 */
export function networkOf(text: string): string | undefined {
  const [host = '', prefix, ...rest] = text.trim().split('/')
  const address = addressOf(host)
  if (!address || rest.length > 0) return undefined
  if (prefix === undefined) return address.toString()
  const bits = bitsOf(address)
  // A prefix counts the bits of the address as it was written.
  const isMapped = bits === 32 && host.includes(':')
  if (isMapped || !/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits) return undefined
  const cidr = `${address.toString()}/${prefix}`
  const network =
    bits === 32
      ? ipaddr.IPv4.networkAddressFromCIDR(cidr)
      : ipaddr.IPv6.networkAddressFromCIDR(cidr)
  return `${network.toString()}/${prefix}`
}

/** True when the address is one of those that `networkOf` has spelled, or in one of the networks. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  const given = addressOf(address)
  if (!given) return false
  return networks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(
      network.includes('/') ? network : `${network}/${network.includes(':') ? 128 : 32}`,
    )
    return base.kind() === given.kind() && given.match(base, bits)
  })
}

function bitsOf(address: ipaddr.IPv4 | ipaddr.IPv6): 32 | 128 {
  return address.kind() === 'ipv4' ? 32 : 128
}

/** An address as its kind: one of IPv4 that IPv6 carries is of IPv4. */
function addressOf(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  return text.includes('%') || !ipaddr.IPv6.isValid(text) ? undefined : ipaddr.process(text)
}
