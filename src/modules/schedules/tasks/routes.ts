import { errors } from '../../../kernel/errors.ts'
import { pageQuery } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { schedulesErrors } from '../errors.ts'
import { runTaskBody, startedTaskSchema, taskPage, taskParams } from './schemas.ts'
import { listTasks } from './service/catalogue.ts'
import { runTask } from './service/run-task.ts'

export const taskRoutes = [
  route({
    method: 'get',
    path: '//api/v1/tasks',
    operationId: 'listTasks',
    summary: 'List the tasks by name, with what they are given',
    access: { kind: 'permission', permission: 'tasks:read' },
    query: pageQuery,
    success: { status: 200, schema: taskPage },
    handle: (deps, ctx, { query }) => listTasks(deps, ctx, query),
  }),
  route({
    method: 'post',
    path: '//api/v1/tasks/{name}/runs',
    operationId: 'runTask',
    summary: 'Run a task in the background',
    access: { kind: 'permission', permission: 'tasks:run' },
    params: taskParams,
    body: runTaskBody,
    success: { status: 202, schema: startedTaskSchema },
    errors: [errors.notFound, schedulesErrors.atOnceOnly],
    handle: (deps, ctx, { params, body }) => runTask(deps, ctx, { ...params, ...body }),
  }),
]
