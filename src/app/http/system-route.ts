import type { Incoming } from './call.ts'

/** A route outside the modules: health, metrics, documents, pages and GraphQL. */
export interface SystemRoute {
  readonly method: 'get' | 'post'
  readonly path: string
  readonly handle: (
    incoming: Incoming,
    params: Readonly<Record<string, string>>,
  ) => Promise<Response>
}
