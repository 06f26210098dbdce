import type { RequestContext } from '../../../kernel/context.ts'

/**
 * The context without its idempotency key: the answers hold tokens, which are never stored, so these
 * calls cannot be replayed.
 */
export function withoutKey(ctx: RequestContext): RequestContext {
  const { idempotency: _, ...rest } = ctx
  return rest
}
