import { AppError, type ErrorDefinition, defineErrors } from '../../kernel/errors.ts'
import type { FallbackFault, SwitchFault } from './domain.ts'

/** Errors of tenants, their domains, locales and modules. */
export const tenantsErrors = defineErrors('tenants', {
  slugTaken: [409, 'The slug is taken'],
  slugReserved: [422, 'The slug is reserved'],
  statusRefused: [409, 'The status of the tenant does not allow this'],
  controlExists: [409, 'There is a control tenant already'],
  controlProtected: [409, 'The control tenant cannot be suspended or deleted'],
  gracePeriod: [409, 'The tenant can still be restored'],
  hostTaken: [409, 'The host belongs to another tenant'],
  hostExists: [409, 'The host is on the list already'],
  hostReserved: [422, 'The host belongs to the platform'],
  tooManyDomains: [422, 'The tenant has as many domains as it may have'],
  tooManyLocales: [422, 'The tenant has as many locales as it may have'],
  localeUnknown: [422, 'The tenant does not have this locale'],
  localeInUse: [409, 'The locale is the default or a fallback of another'],
  fallbackCycle: [422, 'The fallbacks would lead round in a circle'],
  fallbackTooDeep: [422, 'The chain of fallbacks is too long'],
  moduleUnknown: [404, 'There is no such module'],
  moduleCore: [409, 'A core module cannot be switched off'],
  moduleRequiredBy: [409, 'Another module needs this one'],
  moduleDependencyMissing: [409, 'A module that this one needs is switched off'],
})

const fallbackErrors: Readonly<Record<FallbackFault, ErrorDefinition>> = {
  unknown: tenantsErrors.localeUnknown,
  cycle: tenantsErrors.fallbackCycle,
  too_deep: tenantsErrors.fallbackTooDeep,
}

/** The error for a fallback that the rules refuse. */
export function fallbackError(fault: FallbackFault): AppError {
  const definition = fallbackErrors[fault]
  return new AppError(definition, { errors: [{ pointer: '/fallback', detail: definition.title }] })
}

/** The error for a module that the rules do not let switch; it names the modules in the way. */
export function switchError(fault: SwitchFault): AppError {
  switch (fault.kind) {
    case 'unknown':
      return new AppError(tenantsErrors.moduleUnknown)
    case 'core':
      return new AppError(tenantsErrors.moduleCore)
    case 'required_by':
      return new AppError(tenantsErrors.moduleRequiredBy, {
        detail: `Switch off first: ${fault.modules.join(', ')}.`,
      })
    case 'dependency_missing':
      return new AppError(tenantsErrors.moduleDependencyMissing, {
        detail: `Switch on first: ${fault.modules.join(', ')}.`,
      })
  }
}
