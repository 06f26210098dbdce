import { type OfferedTask, helpOf, listTasks, tableOf } from './task/catalogue.ts'
import { type TaskFlags, parseTaskFlags, taskHelp } from './task/flags.ts'
import { identityOf } from './task/identity.ts'
import { inputOf } from './task/input.ts'
import { type Server, reachServer } from './task/server.ts'
import { type Session, openSession } from './task/session.ts'
import { exportLog, verifyLog } from './tasks/audit.ts'
import { importFolder, importHelp } from './tasks/blog-import.ts'
import { keysRotate, keysRotateHelp, rotateKeys } from './tasks/keys-rotate.ts'
import { StepError, UsageError, runMain } from './support/main.ts'
import { abortOnSignals } from './support/signals.ts'

type Run = (session: Session, args: readonly string[], signal: AbortSignal) => Promise<number>

/** Tasks with a part that runs here. Any other takes its arguments as its input. */
const clientParts: Readonly<Record<string, Run>> = {
  'audit:export': exportLog,
  'audit:verify': verifyLog,
  'blog:import': importFolder,
}

/** What such a part is given, where that is not the input of the task. */
const clientHelp: Readonly<Record<string, string>> = { 'blog:import': importHelp }

const runOnServer =
  (task: OfferedTask, background: boolean): Run =>
  async (session, args) => {
    const input = inputOf(args, task.inputSchema)
    const answer = background
      ? await session.post(`/api/v1/tasks/${encodeURIComponent(task.name)}/runs`, { input })
      : await session.post(task.path, input)
    if (!answer.ok) throw new StepError(answer.problem)
    if (answer.body !== undefined) console.log(JSON.stringify(answer.body, undefined, 2))
    return 0
  }

const named = (tasks: readonly OfferedTask[], name: string | undefined): OfferedTask => {
  const task = tasks.find((offered) => offered.name === name)
  if (task !== undefined) return task
  const what = name === undefined ? 'Say which task' : `There is no task "${name}"`
  throw new UsageError(`${what}. The tasks are:\n${tableOf([...tasks, keysRotate])}`)
}

const runTask = async (flags: TaskFlags, server: Server, signal: AbortSignal): Promise<number> => {
  const { name = 'list', args, background } = flags
  const onPause = (seconds: number, status: number): void =>
    console.log(`The server answers ${status}: waiting ${seconds} s`)
  const options = { origin: server.origin, signal, onPause }
  const tenant = flags.tenant ?? (server.secrets === undefined ? undefined : 'demo')
  const identity = identityOf(flags, tenant, server.secrets)
  const session = await openSession(options, tenant, identity)
  const tasks = await listTasks(session)
  if (name === 'list') {
    console.log(tableOf([...tasks, keysRotate]))
    return 0
  }
  if (name === 'help') {
    const task = named(tasks, args[0])
    console.log(clientHelp[task.name] ?? helpOf(task))
    return 0
  }
  const task = named(tasks, name)
  const clientPart = background ? undefined : clientParts[task.name]
  return (clientPart ?? runOnServer(task, background))(session, args, signal)
}

async function main(): Promise<number> {
  const flags = parseTaskFlags(process.argv.slice(2), process.env)
  const isAboutKeys = flags.name === 'help' && flags.args[0] === keysRotate.name
  if (flags.help || isAboutKeys || (flags.name === 'help' && flags.args.length === 0)) {
    console.log(isAboutKeys ? keysRotateHelp : taskHelp)
    return 0
  }
  if (flags.name === keysRotate.name) return rotateKeys(flags.url, process.env)
  const signal = abortOnSignals()
  const server = await reachServer(flags.url, signal)
  try {
    return await runTask(flags, server, signal)
  } finally {
    await server.stop()
  }
}

await runMain(taskHelp, main)
