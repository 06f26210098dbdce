/** One line of the text format. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** Name and labels as they are written. */
  readonly series: string
  readonly value: number
}

/** A metric with its samples. */
export interface Family {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: readonly Sample[]
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const HELP = new RegExp(`^# HELP (${NAME}) ((?:[^\\\\]|\\\\\\\\|\\\\n)+)$`)
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`)
const SAMPLE = new RegExp(`^(${NAME})(\\{.*\\})? (-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)$`)
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/y

/**
 * Reads the Prometheus text format 0.0.4, as strictly as it can be read: each family in one piece
 * with its help and its type before its samples, no series twice, histograms that add up.
 */
export function parsePrometheus(text: string): readonly Family[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families = new Map<string, Family & { readonly samples: Sample[] }>()
  const lines = text.slice(0, -1).split('\n')
  let family: (Family & { readonly samples: Sample[] }) | undefined
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const [, helped, help] = HELP.exec(line) ?? []
    if (helped !== undefined && help !== undefined) {
      const [, name, type] = TYPE.exec(lines[++index] ?? '') ?? []
      if (name !== helped || type === undefined) throw new Error(`no type after: ${line}`)
      if (families.has(name)) throw new Error(`twice: ${name}`)
      family = { name, type, help, samples: [] }
      families.set(name, family)
      continue
    }
    const sample = sampleOf(line)
    if (!family || !belongs(family, sample.name)) throw new Error(`not in its family: ${line}`)
    family.samples.push(sample)
  }
  const all = [...families.values()]
  const series = all.flatMap((each) => each.samples.map((sample) => sample.series))
  if (new Set(series).size < series.length) throw new Error('a series is there twice')
  for (const each of all) requireSound(each)
  return all
}

function sampleOf(line: string): Sample {
  const [, name, braces = '{}', value] = SAMPLE.exec(line) ?? []
  if (name === undefined || value === undefined) throw new Error(`not a sample: ${line}`)
  const text = braces.slice(1, -1)
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  while (LABEL.lastIndex < text.length) {
    const [, label, content] = LABEL.exec(text) ?? []
    if (label === undefined || content === undefined) throw new Error(`not labels: ${line}`)
    if (label in labels) throw new Error(`a label twice: ${line}`)
    labels[label] = content
  }
  return { name, labels, series: line.slice(0, line.lastIndexOf(' ')), value: Number(value) }
}

function belongs(family: Family, name: string): boolean {
  if (family.type !== 'histogram') return name === family.name
  return ['bucket', 'sum', 'count'].some((part) => name === `${family.name}_${part}`)
}

function requireSound({ name, type, samples }: Family): void {
  if (samples.length === 0) throw new Error(`no samples: ${name}`)
  if ((type === 'counter') !== name.endsWith('_total')) throw new Error(`misnamed: ${name}`)
  if (type !== 'histogram') return
  const without = ({ labels: { le: _, ...labels } }: Sample) => JSON.stringify(labels)
  for (const part of Map.groupBy(samples, without).values()) {
    const buckets = part.filter((sample) => sample.name === `${name}_bucket`)
    const bounds = buckets.map(({ labels }) => Number(labels['le']?.replace('+Inf', 'Infinity')))
    const counts = buckets.map(({ value }) => value)
    const count = part.find((sample) => sample.name === `${name}_count`)?.value
    const isSound =
      isRising(bounds) && isRising(counts) && bounds.at(-1) === Infinity && counts.at(-1) === count
    if (!isSound || part.length !== buckets.length + 2) throw new Error(`unsound: ${name}`)
  }
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((value, index) => value >= (numbers[index - 1] ?? -Infinity))
}
