import type { Doing, Totals } from '../../ports/totals.ts'

/** Columns of a data point; `blob1` to `blob4` and `double1` to `double4` in this order. */
export const columns = {
  blobs: ['kind', 'name', 'outcome', 'detail'],
  doubles: ['milliseconds', 'roundTrips', 'rowsRead', 'rowsWritten'],
} as const satisfies Readonly<Record<string, readonly (keyof Doing)[]>>

/**
 * Figures in Workers Analytics Engine, sampled by tenant. A Worker may write 250 points in an
 * invocation; the platform leaves out the rest.
 */
export function createAnalyticsTotals(dataset: AnalyticsEngineDataset): Totals {
  return {
    add(doing) {
      try {
        dataset.writeDataPoint({
          indexes: [doing.tenantId],
          blobs: columns.blobs.map((name) => doing[name]),
          doubles: columns.doubles.map((name) => doing[name]),
        })
      } catch {
        // A figure that is lost is worth no failure.
      }
    },
  }
}
