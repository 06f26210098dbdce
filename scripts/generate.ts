import { StepError, runMain } from './support/main.ts'
import { inRoot } from './support/paths.ts'
import { capture } from './support/process.ts'
import { abortOnSignals } from './support/signals.ts'

/** Everything that git does not keep and the Worker cannot be built without, in order. */
const generators = ['generate-wasm.ts', 'generate-common-passwords.ts', 'build-assets.ts']

async function main(): Promise<number> {
  const signal = abortOnSignals()
  for (const name of generators) {
    const command = [process.execPath, inRoot('scripts', name)] as const
    const { code, stdout, stderr } = await capture(command, { signal })
    if (code !== 0) throw new StepError(`scripts/${name} failed\n${stdout}${stderr}`)
  }
  return 0
}

await runMain('Usage: npm run generate', main)
