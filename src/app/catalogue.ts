import { type ErrorDefinition, errors } from '../kernel/errors.ts'
import type { Manifest } from '../ports/module.ts'
import { tenantErrors } from './http/tenant.ts'

/** Every error that the platform may answer, by code. */
export function errorCatalogue(modules: readonly Manifest[]): ErrorDefinition[] {
  const all = [
    ...Object.values(errors),
    ...Object.values(tenantErrors),
    ...modules.flatMap((module) => module.routes.flatMap((route) => route.errors ?? [])),
  ]
  const byCode = new Map(all.map((definition) => [definition.code, definition]))
  return [...byCode.values()].sort((a, b) => a.code.localeCompare(b.code))
}
