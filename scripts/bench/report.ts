import type { Drain } from './drain.ts'
import type { Files, Throughput } from './files.ts'
import type { Flood } from './flood.ts'
import type { LoginBurst } from './hashes.ts'
import type { Measurement } from './measure.ts'
import { type RowsRead, sizes } from './rows.ts'

/** Ours and the twin's figures of one load. */
export interface Comparison {
  readonly name: string
  readonly twin: string
  readonly limit: number
  readonly isEven: boolean
  /** Our CPU time as a multiple of the twin's. */
  readonly ratio: number
  readonly ours: Measurement
  readonly bare: Measurement
}

/** Everything a bench has found. */
export interface Findings {
  readonly workerd: string
  readonly comparisons: readonly Comparison[]
  readonly rows: readonly RowsRead[]
  readonly burst: LoginBurst | undefined
  readonly drain: Drain | undefined
  readonly flood: Flood | undefined
  readonly files: Files | undefined
}

/** A target and whether it is met. */
export interface Verdict {
  readonly target: string
  readonly isMet: boolean
  /** Whether a miss says nothing, as the machine was not quiet enough to tell. */
  readonly isOpen?: boolean
}

/** What a verdict is called. */
export function wordOf({ isMet, isOpen = false }: Verdict): 'met' | 'open' | 'MISSED' {
  if (isMet) return 'met'
  return isOpen ? 'open' : 'MISSED'
}

/** The 99th percentile may be this many times the median. */
const EVENNESS = 4

/** Holds every target of the findings against its figure. */
export function verdictsOf({ comparisons, rows, burst, drain, flood, files }: Findings): Verdict[] {
  return [
    ...comparisons.map((found) => ({
      target: `${found.name}: at most ${found.limit} × ${found.twin} (${found.ratio.toFixed(2)} ×)`,
      isMet: found.ratio <= found.limit,
    })),
    ...comparisons
      .filter(({ isEven }) => isEven)
      .map(({ name, ours, bare }) => ({
        target: `${name}: p99 at most ${EVENNESS} × p50 (${times(ours)} ×, the twin's ${times(bare)} ×)`,
        isMet: ours.p99 <= EVENNESS * ours.p50,
        // What a Worker with no code to speak of misses is the machine's to miss.
        isOpen: bare.p99 > EVENNESS * bare.p50,
      })),
    ...rows.map(({ request, isFlat }) => ({
      target: `${request}: reads as many rows with ${sizes.at(-1)?.toLocaleString('en')} posts`,
      isMet: isFlat,
    })),
    ...(burst
      ? [
          {
            target: `${burst.logins} log-ins at once: those past the cap answer 429`,
            isMet: burst.refused > 0 && burst.accepted + burst.refused === burst.logins,
          },
        ]
      : []),
    ...(drain ? drainVerdicts(drain) : []),
    ...(flood ? floodVerdicts(flood) : []),
    ...(files ? filesVerdicts(files) : []),
  ]
}

const times = ({ p50, p99 }: Measurement): string => (p99 / p50).toFixed(1)

/** The runtime may grow by this share in the second half of a backlog: V8 and SQLite fill their caches in the first. */
const GROWTH = 1.25

const drainVerdicts = ({ events, left, memoryHalf, memoryMost }: Drain): Verdict[] => [
  { target: `a backlog of ${whole(events)} events: all settled (${left} left)`, isMet: left === 0 },
  {
    target: `the same: memory at most ${GROWTH} × that at half (${(memoryMost / memoryHalf).toFixed(2)} ×)`,
    isMet: memoryMost <= GROWTH * memoryHalf,
  },
]

/** What a flood may make of another tenant's p99. */
const HARM = 1.2
/** How far the limit may be missed. */
const LAXITY = 1.05

const floodVerdicts = ({ limit, ratio, sent, accepted, refused, allowed }: Flood): Verdict[] => [
  {
    target: `a tenant at ten times its limit of ${limit} a minute: another's p99 at most ${HARM} × (${ratio.toFixed(2)} ×)`,
    isMet: ratio <= HARM,
  },
  {
    target: `the same: what is past the limit answers 429 (${whole(refused)} of ${whole(sent)})`,
    isMet: accepted + refused === sent && accepted <= allowed * LAXITY,
  },
]

/** The share of the twin's throughput that files must pass at. */
const SHARE = 0.8
/** What an isolate may hold of a large file. */
const HELD_BYTES = 20_000_000

const filesVerdicts = (files: Files): Verdict[] => [
  ...(['upload', 'download'] as const).map((way) => ({
    target: `${way} of files: at least ${SHARE} × a bare bucket (${shareOf(files[way]).toFixed(2)} ×)`,
    isMet: shareOf(files[way]) >= SHARE,
  })),
  {
    target: `the same: memory at most ${GROWTH} × that at half (${(files.memoryMost / files.memoryHalf).toFixed(2)} ×)`,
    isMet: files.memoryMost <= GROWTH * files.memoryHalf,
  },
  {
    target: `an upload of ${whole(files.largeBytes / 1_000_000)} MB: at most ${HELD_BYTES / 1_000_000} MB of the isolate (${(files.isolateBytes / 1_000_000).toFixed(1)} MB)`,
    isMet: files.isolateBytes <= HELD_BYTES,
  },
]

const shareOf = ({ ours, bare }: Throughput): number => ours / bare

const table = (head: readonly string[], body: readonly (readonly string[])[]): string => {
  const rows = [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...body]
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')
const milliseconds = (value: number): string => value.toFixed(2)

function comparisonTable(comparisons: readonly Comparison[]): string {
  const head = [
    'request',
    'CPU µs',
    'without the client',
    'req/s',
    'p50 ms',
    'p99 ms',
    'twin',
    'CPU µs',
  ]
  return table(
    [...head, 'without the client', 'ratio', 'target'],
    comparisons.map((found) => {
      const { ours, bare } = found
      return [
        found.name,
        whole(ours.cpu),
        whole(ours.serverCpu),
        whole(ours.perSecond),
        milliseconds(ours.p50),
        milliseconds(ours.p99),
        found.twin,
        whole(bare.cpu),
        whole(bare.serverCpu),
        found.ratio.toFixed(2),
        found.limit.toFixed(1),
      ]
    }),
  )
}

const rowsTable = (rows: readonly RowsRead[]): string =>
  table(
    ['rows read a request', ...sizes.map((size) => `${size.toLocaleString('en')} posts`)],
    rows.map(({ request, rows: counts }) => [request, ...counts.map(whole)]),
  )

const burstText = (burst: LoginBurst): string =>
  `${burst.logins} log-ins at once: ${burst.accepted} accepted, ${burst.refused} refused with 429 ` +
  `(p50 ${milliseconds(burst.refusedP50)} ms). A request that needs nothing takes ` +
  `${milliseconds(burst.helloAlone)} ms (p50) alone and ${milliseconds(burst.helloBeside)} ms beside them.`

const drainText = (drain: Drain): string =>
  `${whole(drain.events)} owed events: ${whole(drain.perSecond)} settled a second, with ` +
  `${whole(drain.memoryHalf)} MiB of memory at half and at most ${whole(drain.memoryMost)} MiB.`

const floodText = (flood: Flood): string =>
  `A caller limited to ${flood.limit} requests a minute sends ${whole(flood.perSecond)} a second: ` +
  `${((100 * flood.refused) / flood.sent).toFixed(0)} % are refused with 429. Another tenant's ` +
  `${whole(flood.otherPerSecond)} a second take ${milliseconds(flood.p99Alone)} ms (p99) alone and ` +
  `${milliseconds(flood.p99Beside)} ms beside it, ${flood.ratio.toFixed(2)} × by pairs of turns.`

const filesText = ({ upload, download, memoryHalf, memoryMost }: Files): string =>
  `Files go up at ${whole(upload.ours)} MB/s (${whole(upload.bare)} into a bare bucket) and down at ` +
  `${whole(download.ours)} MB/s (${whole(download.bare)}); the runtime has ${whole(memoryHalf)} MiB at half and ` +
  `at most ${whole(memoryMost)} MiB.`

/** The findings as Markdown. */
export function markdownOf(findings: Findings): string {
  const { workerd, comparisons, rows, burst, drain, flood, files } = findings
  const verdicts = verdictsOf(findings).map((verdict) => `- ${wordOf(verdict)}: ${verdict.target}`)
  return [
    `workerd ${workerd}; CPU time a request of the whole process tree.`,
    ...(comparisons.length > 0 ? [comparisonTable(comparisons)] : []),
    ...(rows.length > 0 ? [rowsTable(rows)] : []),
    ...(burst ? [burstText(burst)] : []),
    ...(drain ? [drainText(drain)] : []),
    ...(flood ? [floodText(flood)] : []),
    ...(files ? [filesText(files)] : []),
    verdicts.join('\n'),
  ].join('\n\n')
}
