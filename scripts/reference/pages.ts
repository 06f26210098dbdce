import { lexicographicSortSchema, printSchema } from 'graphql'
import { buildSchema } from '../../src/app/graphql/schema.ts'
import { documentOf } from '../../src/app/openapi/document.ts'
import { errorsPage, eventsPage, permissionsPage } from './catalogues.ts'
import { configPage } from './config.ts'

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
  ])
}
