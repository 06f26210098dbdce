import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { inRoot } from '../../scripts/support/paths.ts'
import { metricCatalogue } from '../../src/adapters/telemetry/catalogue.ts'
import { columns } from '../../src/adapters/totals/analytics-engine.ts'

const CATALOGUE = join('src', 'adapters', 'telemetry', 'catalogue.ts')
/** Metrics; what begins with `rustok_edge` is a dataset. */
const METRIC = /\brustok_(?!edge)[a-z0-9_]+/g

const read = (path: string) => readFile(inRoot(path), 'utf8')

async function filesIn(folder: string, ending: RegExp): Promise<string[]> {
  const names = await readdir(inRoot(folder), { recursive: true })
  return names.filter((name) => ending.test(name)).map((name) => join(folder, name))
}

async function namesIn(files: readonly string[]): Promise<Set<string>> {
  const texts = await Promise.all(files.map(read))
  return new Set(texts.flatMap((text) => text.match(METRIC) ?? []))
}

const sources = (await filesIn('src', /\.tsx?$/)).filter((file) => file !== CATALOGUE)
const dashboards = await filesIn('ops/grafana', /\.json$/)
const rules = await filesIn('ops/alerts', /\.yml$/)

/** A metric by the name of one of its series. */
function metricOf(series: string): string {
  const base = series.replace(/_(bucket|sum|count)$/, '')
  return metricCatalogue[base]?.type === 'histogram' ? base : series
}

const panelSchema = z.object({
  title: z.string().min(1),
  description: z.string().min(1),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z
    .array(z.object({ expr: z.string().optional(), query: z.string().optional() }))
    .nonempty(),
})
const dashboardSchema = z.object({
  uid: z.string().startsWith('rustok-'),
  title: z.string(),
  panels: z.array(panelSchema).nonempty(),
})
const ruleSchema = z.strictObject({
  alert: z.string().regex(/^[A-Z][A-Za-z]+$/),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({ summary: z.string(), action: z.string() }),
})
const rulesSchema = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(ruleSchema).nonempty() })),
})

const panelsOf = async (file: string) => dashboardSchema.parse(JSON.parse(await read(file))).panels

const rulesOf = async (file: string) =>
  rulesSchema.parse(parse(await read(file))).groups.flatMap((group) => group.rules)

describe('the catalogue of metrics', () => {
  it('knows every metric that the code counts, and no other', async () => {
    const used = [...(await namesIn(sources))].toSorted()
    expect(used).toEqual(Object.keys(metricCatalogue).toSorted())
  })

  it('names counters, units and labels as Prometheus asks for', () => {
    for (const [name, { type, unit, help, labels }] of Object.entries(metricCatalogue)) {
      expect(name.endsWith('_total'), name).toBe(type === 'counter')
      if (unit === 'seconds') expect(name).toMatch(/_seconds$/)
      expect(help, name).toMatch(/^[A-Z].*\.$/)
      for (const label of labels) expect(label).toMatch(/^[a-z][a-z_]*$/)
    }
  })
})

describe('dashboards', () => {
  it('are there for requests, delivery, the tenants’ cache, mail and webhooks', () => {
    expect(dashboards.map((file) => `${file.split('/').at(-1)}`).toSorted()).toEqual([
      'delivery.json',
      'mail-and-webhooks.json',
      'overview.json',
      'tenants.json',
    ])
  })

  it.each(dashboards)(
    'show metrics that exist, in panels that lie beside each other: %s',
    async (file) => {
      const panels = await panelsOf(file)
      for (const { title, targets } of panels) {
        for (const { expr, query } of targets) {
          expect(expr ?? query, title).toBeDefined()
          for (const name of expr?.match(METRIC) ?? [])
            expect(metricCatalogue, title).toHaveProperty(metricOf(name))
        }
      }
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
      )
      expect(new Set(cells).size).toBe(cells.length)
      expect(Math.max(...panels.map(({ gridPos }) => gridPos.x + gridPos.w))).toBeLessThanOrEqual(
        24,
      )
    },
  )

  it.each(dashboards)('ask Analytics Engine for columns that are written: %s', async (file) => {
    for (const { title, targets } of await panelsOf(file)) {
      for (const [, kind = '', number] of targets.flatMap(({ query = '' }) => [
        ...query.matchAll(/\b(blob|double)(\d+)\b/g),
      ])) {
        const written = kind === 'blob' ? columns.blobs : columns.doubles
        expect(Number(number), title).toBeLessThanOrEqual(written.length)
      }
    }
  })
})

describe('alert rules', () => {
  it('are there, each under a name of its own', async () => {
    const all = (await Promise.all(rules.map(rulesOf))).flat().map(({ alert }) => alert)
    expect(all.length).toBeGreaterThan(8)
    expect(new Set(all).size).toBe(all.length)
  })

  it.each(rules)('watch metrics that exist: %s', async (file) => {
    for (const { alert, expr } of await rulesOf(file)) {
      const names = expr.match(METRIC) ?? []
      expect(names.length, alert).toBeGreaterThan(0)
      for (const name of names) expect(metricCatalogue, alert).toHaveProperty(metricOf(name))
    }
  })
})

describe('figures of one isolate', () => {
  it('are nowhere read as rates: another isolate answers the next scrape', async () => {
    const panels = (await Promise.all(dashboards.map(panelsOf))).flat()
    const alerts = (await Promise.all(rules.map(rulesOf))).flat()
    const queries = [
      ...panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr ?? [])),
      ...alerts.map(({ expr }) => expr),
    ]
    for (const query of queries) expect(query).not.toMatch(/\b(rate|irate|increase|delta)\(/)
  })
})
