import { lexicographicSortSchema, printSchema } from 'graphql'
import { buildSchema } from '../../src/app/graphql/schema.ts'
import { errorsPage, permissionsPage } from './catalogues.ts'
import { configPage } from './config.ts'
import { metricsPage } from './metrics.ts'
import { asyncApiDocument, eventsPage, eventsSchema } from './events.ts'
import { documentOf } from './openapi.ts'

/** The folder of what is written from the code. */
export const REFERENCE = 'docs/reference'

/** What the files of the folder must say, by name. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ['openapi.json', `${JSON.stringify(documentOf(), null, 2)}\n`],
    ['schema.graphql', `${printSchema(lexicographicSortSchema(buildSchema()))}\n`],
    ['config.md', configPage()],
    ['errors.md', errorsPage()],
    ['permissions.md', permissionsPage()],
    ['events.md', eventsPage()],
    ['metrics.md', metricsPage()],
    ['events.schema.json', `${JSON.stringify(eventsSchema(), null, 2)}\n`],
    ['asyncapi.json', `${JSON.stringify(asyncApiDocument(), null, 2)}\n`],
  ])
}
