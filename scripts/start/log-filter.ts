/** The table of bindings that wrangler prints at every start and reload. */
const bindingTable = /^(Your Worker has access to the following bindings:|Binding\s+Resource|env\.)/

/** Each request in wrangler's words; the Worker logs its own requests, with their ids. */
const requestLine = /^\[wrangler:info\] [A-Z]+ \S+ \d{3} /

const knownNoise = [
  /Unable to fetch the `Request\.cf` object/,
  /^Error: getaddrinfo \S+ workers\.cloudflare\.com$/,
  /^\s+at GetAddrInfoReqWrap\.onlookupall/,
  /^Using secrets defined in /,
]

// oxlint-disable-next-line no-control-regex -- terminal colours begin with the escape character
const colour = /\u001b\[\d+(;\d+)*m/g

/** Whether a line of `wrangler dev` tells the developer something. */
export function isWorthShowing(line: string): boolean {
  const plain = line.replace(colour, '').trimEnd()
  if (plain === '' || bindingTable.test(plain) || requestLine.test(plain)) return false
  return !knownNoise.some((pattern) => pattern.test(plain))
}
