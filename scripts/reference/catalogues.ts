import { errorCatalogue } from '../../src/app/catalogue.ts'
import { modules } from '../../src/app/modules.ts'
import { mountedRoutes } from '../../src/app/routes.ts'
import { SYSTEM_ROLES } from '../../src/kernel/permissions.ts'
import { code, page, table } from './markdown.ts'

/** Every error that the platform answers, by code. */
export function errorsPage(): string {
  const rows = errorCatalogue(modules).map(({ code: name, status, title }) => [
    code(name),
    String(status),
    title,
  ])
  return page(
    'Errors',
    'Every error is a problem document (RFC 9457) with one of these codes. GraphQL writes a code in capitals, with `_` for `.`.',
    [table(['Code', 'Status', 'Title'], rows)],
  )
}

/** Which role holds which permission when a tenant is made, and which operation needs it. */
export function permissionsPage(): string {
  const parts = modules
    .filter((module) => module.permissions.length > 0)
    .map((module) => {
      const rows = module.permissions.map(({ name, description, roles, ownRoles }) => [
        code(name),
        description,
        ...SYSTEM_ROLES.map((role) =>
          roles.includes(role) ? 'yes' : ownRoles.includes(role) ? 'own' : '',
        ),
      ])
      return `## ${module.title}\n\n${table(['Permission', 'Allows to', ...SYSTEM_ROLES], rows)}`
    })
  return page(
    'Permissions',
    'The roles that every tenant starts with. `own` reaches the holder’s own items only.',
    [...parts, `## Operations\n\n${operations()}`],
  )
}

function operations(): string {
  const rows = mountedRoutes().map(({ route, path }) => [
    code(`${route.method.toUpperCase()} ${path}`),
    code(route.operationId),
    route.access.kind === 'permission' ? code(route.access.permission) : route.access.kind,
  ])
  return table(['Operation', 'Name', 'Needs'], rows)
}
