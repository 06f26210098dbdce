export { ConfigError, parseConfig } from './parse.ts'
export type { Config } from './schema.ts'
