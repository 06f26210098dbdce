import * as z from 'zod'
import { limits } from '../kernel/limits.ts'
import type { ScheduleDefinition, TaskDefinition } from '../kernel/module.ts'
import type { RouteDefinition } from '../kernel/route.ts'
import { isOfDeployment, verbOf } from '../modules/schedules/index.ts'
import type { Deps } from '../ports/deps.ts'

interface TaskOwner {
  readonly tasks: readonly TaskDefinition<Deps>[]
  readonly schedules: readonly ScheduleDefinition[]
}

/** The routes that run a module's tasks: `POST /api/v1/<module>/tasks/<verb>`. */
export function taskRoutes(module: TaskOwner): RouteDefinition<Deps>[] {
  return module.tasks.map((task) => ({
    method: 'post',
    path: `/tasks/${verbOf(task.name)}`,
    operationId: `run_${task.name.replaceAll(/[^a-z]/g, '_')}`,
    summary: task.description,
    access: { kind: 'permission', permission: task.permission },
    body: task.input,
    bodyLimit: limits.body.import,
    success: { status: 200, schema: z.unknown() },
    ...(isOfDeployment(module, task.name) ? { alwaysInControl: true } : {}),
    // A task is safe to run twice by its own means.
    idempotency: 'none',
    handle: (deps, ctx, input) =>
      task.run(deps, ctx, input.body, (message) =>
        deps.telemetry.log('info', 'task', { task: task.name, requestId: ctx.requestId, message }),
      ),
  }))
}
