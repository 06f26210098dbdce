import type { Totals } from '../../ports/totals.ts'

/** Keeps no figures, for deployments without a dataset. */
export const noTotals: Totals = { add: () => undefined }
