import * as z from 'zod'
import type { RequestContext, TenantSnapshot } from '../../../../kernel/context.ts'
import type { TaskDefinition } from '../../../../kernel/module.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { hasTask } from '../../domain.ts'
import type { TaskInfo } from '../schemas.ts'

/** A task with the module that it belongs to. */
export interface OwnedTask {
  readonly module: string
  readonly task: TaskDefinition<Deps>
}

/** The task of that name; undefined when no module of the tenant has it. */
export function findTask(
  { modules }: Pick<Deps, 'modules'>,
  tenant: Pick<TenantSnapshot, 'modules' | 'isControl'>,
  name: string,
): OwnedTask | undefined {
  return tasksOf(modules, tenant).find(({ task }) => task.name === name)
}

function tasksOf(
  modules: Deps['modules'],
  tenant: Pick<TenantSnapshot, 'modules' | 'isControl'>,
): readonly OwnedTask[] {
  return modules.flatMap((module) =>
    module.tasks
      .filter(({ name }) => hasTask(tenant, module, name))
      .map((task) => ({ module: module.slug, task })),
  )
}

/** Everything that a run of the task may do by itself. */
export function permissionsOf({ permission, alsoNeeds = [] }: TaskDefinition<Deps>): string[] {
  return [permission, ...alsoNeeds]
}

/** Throws `forbidden` unless the caller may do everything that a run of the task may. */
export function requireTask(ctx: RequestContext, task: TaskDefinition<Deps>): void {
  for (const permission of permissionsOf(task)) requirePermission(ctx, permission, null)
}

/** The tasks of the tenant's modules by name. */
export async function listTasks(
  deps: Pick<Deps, 'db' | 'cursors' | 'modules'>,
  ctx: RequestContext,
  input: PageQuery,
): Promise<Page<TaskInfo>> {
  requirePermission(ctx, 'tasks:read', null)
  const scope = `${ctx.tenant.id} schedules.tasks`
  const [[after = '']] = await Promise.all([
    input.cursor === undefined ? [] : deps.cursors.decode(scope, input.cursor),
    deps.db.confirm(),
  ])
  const rest = tasksOf(deps.modules, ctx.tenant)
    .filter(({ task }) => task.name > String(after))
    .sort((one, other) => (one.task.name < other.task.name ? -1 : 1))
  const items = rest.slice(0, input.limit).map(infoOf)
  const last = rest.length > items.length ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.name]) : null }
}

function infoOf({ module, task }: OwnedTask): TaskInfo {
  return {
    name: task.name,
    module,
    description: task.description,
    permissions: permissionsOf(task),
    inBackground: task.runs !== 'at_once',
    path: `/api/v1/${module}/tasks/${verbOf(task.name)}`,
    inputSchema: inputSchemaOf(task),
  }
}

/** What stands behind the colon of a task's name; the whole name without one. */
export function verbOf(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

const schemas = new WeakMap<TaskDefinition<Deps>, Record<string, unknown>>()

/** The JSON Schema (2020-12) of a task's input; made once. */
function inputSchemaOf(task: TaskDefinition<Deps>): Record<string, unknown> {
  const known = schemas.get(task)
  if (known) return known
  const made = { ...z.toJSONSchema(task.input, { io: 'input', unrepresentable: 'any' }) }
  schemas.set(task, made)
  return made
}
