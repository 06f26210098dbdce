import type { RequestContext } from './context.ts'

/** A webhook as it comes in, before anybody knows whether it is genuine. */
export interface IngressRequest {
  /** A header by its lower-case name; empty when it is absent. */
  readonly header: (name: string) => string
  /** The body, byte for byte. */
  readonly body: string
}

/** A genuine webhook. */
export interface IngressMessage<Payload = unknown> {
  /** The sender's own id of it, the same over its retries; at most `limits.webhooks.messageId`. */
  readonly id: string
  /** When it was signed, epoch milliseconds; null where the sender does not say. */
  readonly sentAt: number | null
  readonly payload: Payload
}

/** Something that sends webhooks to tenants, at `POST /api/v1/webhooks/in/<source>`. */
export interface IngressDefinition<Deps, Payload = unknown> {
  /** Lower-case letters, digits and hyphens; unique over all modules. */
  readonly source: string
  readonly description: string
  /** The genuine webhook, or undefined for one that is not. Reads secrets, writes nothing. */
  verify(
    deps: Deps,
    ctx: RequestContext,
    request: IngressRequest,
  ): Promise<IngressMessage<Payload> | undefined>
  /** Brings about the effect by one commit with the given context, which makes it happen once. */
  handle(deps: Deps, ctx: RequestContext, message: IngressMessage<Payload>): Promise<void>
}

/** Declares a source of webhooks. */
export function defineIngress<Deps>() {
  return <Payload>(
    definition: IngressDefinition<Deps, Payload>,
  ): IngressDefinition<Deps, Payload> => definition
}
