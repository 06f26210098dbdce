import { type RunningWorker, startBundle } from '../../e2e/support/worker.ts'

/** The Worker as `npm start` runs it, with the demo. */
export async function startDevelopment(): Promise<RunningWorker> {
  const running = await startBundle({
    env: 'development',
    vars: { LOGGER_LEVEL: 'silent' },
    secrets: {
      FIRST_ADMIN_EMAIL: 'first@platform.example',
      FIRST_ADMIN_PASSWORD: 'three blind mice',
    },
  })
  await running.seed('dev')
  return running
}
