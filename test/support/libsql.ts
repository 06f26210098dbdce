import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    readonly libsqlUrl: string
  }
}

/** The address of a real libSQL server with the schema of the migrations. */
export const libsqlUrl = inject('libsqlUrl')
