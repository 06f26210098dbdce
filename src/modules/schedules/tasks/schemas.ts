import * as z from 'zod'
import { idSchema, pageOf } from '../../../kernel/schemas.ts'

const taskName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}(:[a-z][a-z0-9-]{0,62})?$/, 'must be the name of a task')
  .meta({ description: 'The name of a task.', example: 'rbac:sync' })

/** What a task is given: an object by the task's own schema. */
export const taskInput = z
  .record(z.string().max(100), z.unknown())
  .meta({ description: 'What the task is given, by its `inputSchema`.', example: {} })

const taskSchema = z
  .object({
    name: taskName,
    module: z.string(),
    description: z.string(),
    permissions: z
      .array(z.string())
      .meta({ description: 'What its caller needs.', example: ['roles:sync'] }),
    inBackground: z
      .boolean()
      .meta({ description: 'False when its input or its result is secret and must not be kept.' }),
    path: z.string().meta({
      description: 'Where it runs at once and answers its result.',
      example: '/api/v1/rbac/tasks/sync',
    }),
    inputSchema: z
      .record(z.string(), z.unknown())
      .meta({ description: 'JSON Schema (2020-12) of its input.', example: { type: 'object' } }),
  })
  .meta({ id: 'Task', description: 'An operator’s command.' })

export type TaskInfo = z.infer<typeof taskSchema>

export const taskPage = pageOf(taskSchema).meta({ id: 'TaskPage' })
export const taskParams = z.strictObject({ name: taskName })

export const runTaskBody = z.strictObject({ input: taskInput.optional() }).meta({ id: 'RunTask' })

export const startedTaskSchema = z
  .object({ task: taskName, jobId: idSchema })
  .meta({ id: 'StartedTask', description: 'A run of a task in the background.' })

export type StartedTask = z.infer<typeof startedTaskSchema>

/** What is to be cleaned up. */
export const cleanupInput = z.strictObject({
  targets: z
    .array(z.string().max(63))
    .max(50)
    .optional()
    .meta({ description: 'What to clean up; everything when absent.', example: ['sessions'] }),
})
