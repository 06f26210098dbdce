import { UsageError } from '../support/main.ts'

/** What `npm run task` can be told. */
export interface TaskFlags {
  /** The task, `list` or `help`; without one the tasks are listed. */
  readonly name: string | undefined
  /** What stands behind the name and is the task's. */
  readonly args: readonly string[]
  /** Origin of the server; without one the server of this machine. */
  readonly url: string | undefined
  /** Slug of the tenant; without one the host of `url` names it. */
  readonly tenant: string | undefined
  readonly email: string | undefined
  readonly password: string | undefined
  readonly token: string | undefined
  /** Whether the task runs as a job, whose id is told. */
  readonly background: boolean
  readonly help: boolean
}

export const taskHelp = `Usage: npm run task -- [flags] <name> [arguments]
       npm run task -- [flags] list
       npm run task -- [flags] help <name>

Runs a task of a module on a server, lists the tasks, or tells what a task is given.

  --url <origin>      the server                    (default the one that \`npm start\` runs, else
                                                     http://127.0.0.1:8787; when nothing answers
                                                     there, a Worker runs for the task)
  --tenant <slug>     the tenant of the task        (default demo on this machine, else the one
                                                     that the host of --url names)
  --token <text>      an access token of who runs it (or RUSTOK_TOKEN)
  --email <address>   who signs in instead          (or RUSTOK_EMAIL)
  --password <text>   with which password           (or RUSTOK_PASSWORD)
  --background        run it as a job and tell the job's id
  --help              show this text

On this machine the tenant's administrator of the demo signs in when nobody is named.

Arguments stand behind the name, as --key value or key=value; --email and --password there are the
task's own:
  npm run task -- --tenant control tenants:create --slug shop --name Shop --modules blog
  npm run task -- --tenant control cleanup --targets sessions --targets outbox
  npm run task -- --tenant demo blog:import <folder of Markdown files> [--source <name>]

Ends with 0 when all is done, 1 when not (blog:import: when a file was not brought in), 2 when it was
called wrongly, 130 when it was stopped.`

const BEFORE_NAME = ['url', 'tenant', 'token', 'email', 'password'] as const
/** Flags that mean the same behind the name. */
const ANYWHERE: readonly string[] = ['url', 'tenant', 'token']
const SWITCHES: readonly string[] = ['help', 'background']

type ValueFlag = (typeof BEFORE_NAME)[number]

interface Parsed {
  readonly values: ReadonlyMap<string, string>
  readonly switches: ReadonlySet<string>
  readonly name: string | undefined
  readonly args: readonly string[]
}

const parse = (given: readonly string[]): Parsed => {
  const values = new Map<string, string>()
  const switches = new Set<string>()
  const args: string[] = []
  let name: string | undefined
  const rest = [...given]
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [, flag = '', inline] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? []
    const known: readonly string[] = name === undefined ? BEFORE_NAME : ANYWHERE
    if (SWITCHES.includes(flag)) switches.add(flag)
    else if (known.includes(flag)) {
      const value = inline ?? rest.shift()
      if (value === undefined) throw new UsageError(`--${flag} needs a value`)
      values.set(flag, value)
    } else if (name !== undefined) args.push(argument)
    else if (argument.startsWith('-')) throw new UsageError(`${argument} is not a flag`)
    else name = argument
  }
  return { values, switches, name, args }
}

const originOf = (text: string): string => {
  const url = URL.parse(text)
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
  if (isOrigin) return url.origin
  throw new UsageError(`--url must be like https://api.example.com, not "${text}"`)
}

/**
 * Reads the flags of `npm run task`; the environment fills in who signs in. Throws `UsageError` on an
 * unknown flag, a bad value and half a log-in.
 */
export function parseTaskFlags(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): TaskFlags {
  const parsed = parse(args)
  const of = (flag: ValueFlag): string | undefined => parsed.values.get(flag)
  const url = of('url')
  const isNamedByFlag = of('email') !== undefined || of('token') !== undefined
  const email = of('email') ?? (of('token') === undefined ? env['RUSTOK_EMAIL'] : undefined)
  const password = of('password') ?? (email === undefined ? undefined : env['RUSTOK_PASSWORD'])
  if ((email === undefined) !== (password === undefined)) {
    throw new UsageError('--email and --password belong together')
  }
  return {
    name: parsed.name,
    args: parsed.args,
    url: url === undefined ? undefined : originOf(url),
    tenant: of('tenant'),
    email,
    password,
    token: of('token') ?? (isNamedByFlag ? undefined : env['RUSTOK_TOKEN']),
    background: parsed.switches.has('background'),
    help: parsed.switches.has('help'),
  }
}
