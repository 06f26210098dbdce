import { inRoot } from '../support/paths.ts'

/** Real data to test with: `RUSTOK_DATA`, else the folder `shared/data` beside this repository. */
export const realData = process.env['RUSTOK_DATA'] ?? inRoot('..', 'shared', 'data')
