import { listTasks, tableOf } from './task/catalogue.ts'
import { type TaskFlags, parseTaskFlags, taskHelp } from './task/flags.ts'
import { identityOf } from './task/identity.ts'
import { inputOf } from './task/input.ts'
import { type Server, reachServer } from './task/server.ts'
import { type Session, openSession } from './task/session.ts'
import { importFolder } from './tasks/blog-import.ts'
import { StepError, UsageError, runMain } from './support/main.ts'
import { abortOnSignals } from './support/signals.ts'

type Run = (session: Session, args: readonly string[], signal: AbortSignal) => Promise<number>

/** Tasks with a part that runs here. Any other takes its arguments as its input. */
const clientParts: Readonly<Record<string, Run>> = { 'blog:import': importFolder }

const runOnServer =
  (path: string): Run =>
  async (session, args) => {
    const answer = await session.post(path, inputOf(args))
    if (!answer.ok) throw new StepError(answer.problem)
    if (answer.body !== undefined) console.log(JSON.stringify(answer.body, undefined, 2))
    return 0
  }

const runTask = async (flags: TaskFlags, server: Server, signal: AbortSignal): Promise<number> => {
  const onPause = (seconds: number, status: number): void =>
    console.log(`The server answers ${status}: waiting ${seconds} s`)
  const options = { origin: server.origin, signal, onPause }
  const tasks = await listTasks(options)
  if (flags.name === undefined) {
    console.log(tableOf(tasks))
    return 0
  }
  const task = tasks.find(({ name }) => name === flags.name)
  if (task === undefined) {
    throw new UsageError(`There is no task "${flags.name}". The tasks are:\n${tableOf(tasks)}`)
  }
  const tenant = flags.tenant ?? (server.secrets === undefined ? undefined : 'demo')
  const identity = identityOf(flags, tenant, server.secrets)
  const session = await openSession(options, tenant, identity)
  return (clientParts[task.name] ?? runOnServer(task.path))(session, flags.args, signal)
}

async function main(): Promise<number> {
  const flags = parseTaskFlags(process.argv.slice(2), process.env)
  if (flags.help) {
    console.log(taskHelp)
    return 0
  }
  const signal = abortOnSignals()
  const server = await reachServer(flags.url, signal)
  try {
    return await runTask(flags, server, signal)
  } finally {
    await server.stop()
  }
}

await runMain(taskHelp, main)
