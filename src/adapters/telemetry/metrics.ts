type Labels = Readonly<Record<string, string>>

/** Isolate-local metrics in the Prometheus text format (version 0.0.4). */
export interface Metrics {
  count(name: string, labels?: Labels, by?: number): void
  gauge(name: string, value: number, labels?: Labels): void
  observe(name: string, seconds: number, labels?: Labels): void
  render(): string
}

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const MAX_SERIES = 2_000

/** At most 2,000 series; what comes after is dropped and counted. */
export function createMetrics(): Metrics {
  const series = new Map<string, { name: string; type: string; value: number }>()
  let dropped = 0

  const add = (type: string, name: string, id: string, by: number, absolute: boolean) => {
    const entry = series.get(id)
    if (entry) entry.value = absolute ? by : entry.value + by
    else if (series.size < MAX_SERIES) series.set(id, { name, type, value: by })
    else dropped += 1
  }

  return {
    count: (name, labels, by = 1) => add('counter', name, seriesOf(name, labels), by, false),
    gauge: (name, value, labels) => add('gauge', name, seriesOf(name, labels), value, true),
    observe(name, seconds, labels = {}) {
      for (const bucket of BUCKETS) {
        const id = seriesOf(`${name}_bucket`, { ...labels, le: String(bucket) })
        add('histogram', name, id, seconds <= bucket ? 1 : 0, false)
      }
      add('histogram', name, seriesOf(`${name}_bucket`, { ...labels, le: '+Inf' }), 1, false)
      add('histogram', name, seriesOf(`${name}_sum`, labels), seconds, false)
      add('histogram', name, seriesOf(`${name}_count`, labels), 1, false)
    },
    render() {
      const lines: string[] = []
      const names = new Map<string, string[]>()
      for (const [id, { name, type, value }] of series) {
        const block = names.get(name) ?? [`# TYPE ${name} ${type}`]
        block.push(`${id} ${value}`)
        names.set(name, block)
      }
      for (const block of names.values()) lines.push(...block)
      lines.push(
        '# TYPE rustok_metrics_dropped_total counter',
        `rustok_metrics_dropped_total ${dropped}`,
      )
      return `${lines.join('\n')}\n`
    },
  }
}

function seriesOf(name: string, labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(
    ([key, value]) => `${key}="${value.replaceAll(/["\\\n]/g, '_')}"`,
  )
  return pairs.length > 0 ? `${name}{${pairs.join(',')}}` : name
}
