import { env } from 'cloudflare:workers'
import { ConfigError, parseConfig } from '../../src/app/config/index.ts'

/** The keys that a message names as wrong. */
export const wrongKeysIn = (message: string) =>
  [...message.matchAll(/^ {2}- (\w+): /gm)].map(([, key]) => String(key)).toSorted()

/** What the configuration says of the tests’ environment after a change; empty when all is well. */
export function complaints(change: Record<string, unknown>): string {
  try {
    parseConfig({ ...env, ...change })
    return ''
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}
