import { type ErrorDefinition, errors } from '../kernel/errors.ts'
import type { Manifest } from '../ports/module.ts'
import { graphqlErrors, persistedQueryErrors } from './graphql/errors.ts'
import { tenantErrors } from './http/tenant.ts'

/** Every error that the platform may answer, by code. */
export function errorCatalogue(modules: readonly Manifest[]): ErrorDefinition[] {
  const catalogues: Manifest['errors'][] = [
    errors,
    tenantErrors,
    graphqlErrors,
    persistedQueryErrors,
    ...modules.map((module) => module.errors),
  ]
  const all = catalogues.flatMap((catalogue) => Object.values(catalogue))
  const byCode = new Map(all.map((definition) => [definition.code, definition]))
  return [...byCode.values()].sort((a, b) => a.code.localeCompare(b.code))
}
