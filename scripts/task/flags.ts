import { parseArgs } from 'node:util'
import { UsageError } from '../support/main.ts'

/** What `npm run task` can be told. */
export interface TaskFlags {
  /** `<module>:<verb>`; without one the tasks are listed. */
  readonly name: string | undefined
  /** What stands behind the name. */
  readonly args: readonly string[]
  /** Origin of the server; without one the server of this machine. */
  readonly url: string | undefined
  /** Slug of the tenant; without one the host of `url` names it. */
  readonly tenant: string | undefined
  readonly email: string | undefined
  readonly password: string | undefined
  readonly token: string | undefined
  readonly help: boolean
}

export const taskHelp = `Usage: npm run task -- [name] [flags] [arguments]

Runs a task of a module on a server, or lists the tasks when no name is given.

  --url <origin>      the server                    (default http://127.0.0.1:8787; when nothing
                                                     answers there, a Worker runs for the task)
  --tenant <slug>     the tenant of the task        (default demo on this machine, else the one
                                                     that the host of --url names)
  --email <address>   who signs in                  (or RUSTOK_EMAIL)
  --password <text>   with which password           (or RUSTOK_PASSWORD)
  --token <text>      an access token instead       (or RUSTOK_TOKEN)
  --help              show this text

On this machine the tenant's administrator of the demo signs in when nobody is named.

Arguments are key=value, where a value that is JSON counts as such:
  npm run task -- tenants:create --tenant control slug=shop name=Shop modules='["blog"]'
  npm run task -- blog:import --tenant demo <folder of Markdown files>`

const options = {
  url: { type: 'string' },
  tenant: { type: 'string' },
  email: { type: 'string' },
  password: { type: 'string' },
  token: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
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
  const { values, positionals } = parse(args)
  const [name, ...rest] = positionals
  const isNamedByFlag = values.email !== undefined || values.token !== undefined
  const email = values.email ?? (values.token === undefined ? env['RUSTOK_EMAIL'] : undefined)
  const password = values.password ?? (email === undefined ? undefined : env['RUSTOK_PASSWORD'])
  if ((email === undefined) !== (password === undefined)) {
    throw new UsageError('--email and --password belong together')
  }
  return {
    name,
    args: rest,
    url: values.url === undefined ? undefined : originOf(values.url),
    tenant: values.tenant,
    email,
    password,
    token: values.token ?? (isNamedByFlag ? undefined : env['RUSTOK_TOKEN']),
    help: values.help,
  }
}
