import { readdirSync } from 'node:fs'
import { UsageError } from '../support/main.ts'
import { inRoot } from '../support/paths.ts'
import type { Command } from '../support/process.ts'
import { realData } from './real-data.ts'

/** One thing that is checked: it passes when its command ends with 0. */
export interface Check {
  readonly name: string
  readonly command: Command
}

/** What one test command runs: the checks in order, then the lanes beside each other. */
export interface Suite {
  readonly checks: readonly Check[]
  /** Projects of vitest.config.ts that run one after the other; a machine has two cores. */
  readonly lanes: readonly (readonly string[])[]
  /** A folder without which there is nothing to run. */
  readonly needs?: string
}

const npmScript = (name: string): Command => ['npm', 'run', '--silent', name]

const generate: Check = {
  name: 'generate',
  command: [process.execPath, inRoot('scripts', 'generate.ts')],
}

/** The house rules, each a script that prints what breaks it and how to mend that. */
const houseRules = (): Check[] =>
  readdirSync(inRoot('scripts'))
    .filter((name) => /^check-[\w-]+\.ts$/.test(name))
    .toSorted()
    .map((name) => ({
      name: name.slice(0, -'.ts'.length),
      command: [process.execPath, inRoot('scripts', name)],
    }))

const suites: Readonly<Record<string, Suite>> = {
  all: {
    checks: [
      generate,
      { name: 'format', command: ['oxfmt', '--check'] },
      { name: 'lint', command: npmScript('lint') },
      { name: 'unused files, exports and packages', command: ['knip'] },
      { name: 'types', command: npmScript('typecheck') },
      { name: 'types of wrangler.toml', command: [...npmScript('types'), '--', '--check'] },
      ...houseRules(),
    ],
    lanes: [
      ['worker', 'isolated'],
      ['unit', 'e2e'],
    ],
  },
  browser: { checks: [generate], lanes: [['browser']] },
  real: { checks: [generate], lanes: [['real']], needs: realData },
}

/** The suite of that name; `all` without one. Throws `UsageError` on an unknown name. */
export function suiteOf(name = 'all'): Suite {
  const suite = suites[name]
  if (suite !== undefined) return suite
  throw new UsageError(`There is no suite "${name}": choose ${Object.keys(suites).join(', ')}`)
}
