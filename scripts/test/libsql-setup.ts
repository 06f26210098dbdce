import type { TestProject } from 'vitest/node'
import { migrateLibsql } from '../libsql/migrate.ts'
import { startSqld } from '../sqld.ts'
import { inRoot } from '../support/paths.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly libsqlUrl: string
  }
}

/** Starts a migrated libSQL server for the tests of a project; they get its address as `libsqlUrl`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const sqld = await startSqld()
  await migrateLibsql({ url: sqld.url }, inRoot('migrations'))
  project.provide('libsqlUrl', sqld.url)
  return sqld.stop
}
