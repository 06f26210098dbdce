import type { TestProject } from 'vitest/node'
import { startWebhookSink } from './webhooks/sink.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Host and port of the endpoints that webhooks are tried against. */
    readonly webhookSink: string
  }
}

/** Starts the endpoints for the tests of a project; they get their address as `webhookSink`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const sink = await startWebhookSink()
  project.provide('webhookSink', sink.host)
  return () => sink.stop()
}
