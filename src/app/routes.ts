import type { RouteDefinition } from '../kernel/route.ts'
import type { Deps } from '../ports/deps.ts'
import { modules } from './modules.ts'
import { taskRoutes } from './task-routes.ts'

/** A route with the module that it belongs to and its absolute path. */
export interface MountedRoute {
  readonly module: string
  readonly path: string
  readonly route: RouteDefinition<Deps>
}

/** Every module's routes, and one for each of its tasks. */
export function mountedRoutes(): MountedRoute[] {
  return modules.flatMap((module) =>
    [...module.routes, ...taskRoutes(module)].map((route) => ({
      module: module.slug,
      route,
      path: absolutePath(module.slug, route.path),
    })),
  )
}

/** `/api/v1/<module>` and the route's path; a path that begins with `//` counts from the root. */
function absolutePath(module: string, path: string): string {
  return path.startsWith('//') ? path.slice(1) : `/api/v1/${module}${path}`
}
