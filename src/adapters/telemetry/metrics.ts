import { helpOf } from './catalogue.ts'

type Labels = Readonly<Record<string, string>>

/** Isolate-local metrics in the Prometheus text format (version 0.0.4). */
export interface Metrics {
  count(name: string, labels?: Labels, by?: number): void
  gauge(name: string, value: number, labels?: Labels): void
  observe(name: string, seconds: number, labels?: Labels): void
  render(): string
}

interface Series {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly name: string
  readonly labels: Labels
  /** The counter, the gauge, or the sum of a histogram. */
  value: number
  /** Observations by the bucket that they fall into; the last is beyond all bounds. */
  readonly buckets: number[]
}

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
/** Lines of a histogram: its buckets, the one beyond, sum and count. */
const HISTOGRAM_LINES = BOUNDS.length + 3
/** With room below 2,000 for what is read from the database when `/metrics` is asked for. */
const MAX_LINES = 1_800
const NONE: Labels = {}
const DROPPED = 'rustok_metrics_dropped_total'

/** At most 1,800 lines of samples; what would add one is left out and counted. */
export function createMetrics(): Metrics {
  const all = new Map<string, Series>()
  let lines = 1
  let dropped = 0

  const find = (type: Series['type'], name: string, labels: Labels): Series | undefined => {
    let key = name
    for (const label of Object.keys(labels)) key += `\n${label}\n${labels[label]}`
    const known = all.get(key)
    if (known) return known
    const more = type === 'histogram' ? HISTOGRAM_LINES : 1
    if (lines + more > MAX_LINES) {
      dropped += 1
      return undefined
    }
    lines += more
    const buckets = type === 'histogram' ? Array.from({ length: BOUNDS.length + 1 }, () => 0) : []
    const made: Series = { type, name, labels, value: 0, buckets }
    all.set(key, made)
    return made
  }

  return {
    count(name, labels = NONE, by = 1) {
      const series = find('counter', name, labels)
      if (series) series.value += by
    },
    gauge(name, value, labels = NONE) {
      const series = find('gauge', name, labels)
      if (series) series.value = value
    },
    observe(name, seconds, labels = NONE) {
      const series = find('histogram', name, labels)
      if (!series) return
      series.value += seconds
      const index = BOUNDS.findIndex((bound) => seconds <= bound)
      const bucket = index === -1 ? BOUNDS.length : index
      series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
    },
    render: () => renderAll([...all.values()], dropped),
  }
}

function renderAll(all: readonly Series[], dropped: number): string {
  const own: Series = { type: 'counter', name: DROPPED, labels: NONE, value: dropped, buckets: [] }
  const blocks = Map.groupBy([...all, own], ({ name }) => name)
  const lines: string[] = []
  for (const [name, series] of blocks) {
    const help = helpOf(name)
    if (help !== undefined) lines.push(`# HELP ${name} ${help}`)
    lines.push(`# TYPE ${name} ${series[0]?.type}`, ...series.flatMap(samplesOf))
  }
  return `${lines.join('\n')}\n`
}

function samplesOf({ type, name, labels, value, buckets }: Series): string[] {
  if (type !== 'histogram') return [`${name}${labelText(labels)} ${value}`]
  let count = 0
  const cumulative = buckets.map((observations, index) => {
    count += observations
    const le = String(BOUNDS[index] ?? '+Inf')
    return `${name}_bucket${labelText({ ...labels, le })} ${count}`
  })
  return [
    ...cumulative,
    `${name}_sum${labelText(labels)} ${value}`,
    `${name}_count${labelText(labels)} ${count}`,
  ]
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`)
  return pairs.length > 0 ? `{${pairs.join(',')}}` : ''
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }

function escaped(value: string): string {
  return value.replaceAll(/[\\"\n]/g, (character) => ESCAPES[character] ?? '')
}
