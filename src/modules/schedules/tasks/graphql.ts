import { parseArguments } from '../../../kernel/parse.ts'
import { type Page, pageQuery } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import { inputOf } from './service/input-text.ts'
import { type StartedTask, type TaskInfo, taskParams } from './schemas.ts'
import { listTasks } from './service/catalogue.ts'
import { runTask } from './service/run-task.ts'

/** Adds tasks to the schema. */
export function tasksGraphql(builder: GraphqlBuilder): void {
  const page = addTask(builder)
  const started = builder.objectRef<StartedTask>('StartedTask').implement({
    description: 'A run of a task in the background.',
    fields: (t) => ({ task: t.exposeString('task'), jobId: t.exposeID('jobId') }),
  })
  builder.queryFields((t) => ({
    tasks: t.field({
      type: page,
      description: 'The tasks by name, with what they are given.',
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) => listTasks(deps, ctx, parseArguments(pageQuery, args)),
    }),
  }))
  builder.mutationFields((t) => ({
    runTask: t.field({
      type: started,
      description: 'Runs a task in the background.',
      args: {
        name: t.arg.string({ required: true }),
        inputJson: t.arg.string({ description: 'What the task is given, as a JSON object.' }),
      },
      resolve: (_, args, { deps, ctx }) =>
        runTask(deps, ctx, {
          ...parseArguments(taskParams, { name: args.name }),
          input: inputOf(args.inputJson, '/inputJson'),
        }),
    }),
  }))
}

function addTask(builder: GraphqlBuilder) {
  const task = builder.objectRef<TaskInfo>('Task').implement({
    description: 'An operator’s command.',
    fields: (t) => ({
      name: t.exposeString('name'),
      module: t.exposeString('module'),
      description: t.exposeString('description'),
      permissions: t.exposeStringList('permissions'),
      inBackground: t.exposeBoolean('inBackground'),
      path: t.exposeString('path'),
      inputSchemaJson: t.string({
        description: 'JSON Schema (2020-12) of its input.',
        resolve: ({ inputSchema }) => JSON.stringify(inputSchema),
      }),
    }),
  })
  return builder.objectRef<Page<TaskInfo>>('TaskPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [task] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
}
