import { limits } from '../../kernel/limits.ts'
import type { IngressDefinition } from '../../kernel/ingress.ts'
import { receiveWebhook, registeredSource } from '../../modules/webhooks/index.ts'
import type { Deps } from '../../ports/deps.ts'
import { modules } from '../modules.ts'
import { readBody } from './body.ts'
import { type Incoming, identify, openCall } from './call.ts'
import type { SystemRoute } from './system-route.ts'

/**
 * The door for webhooks of others. The tenant is the one of the host, as for every request; what a
 * signature covers is the raw body, so nothing of it is parsed here.
 */
export const ingressRoutes: readonly SystemRoute[] = [
  { method: 'post', path: '/api/v1/webhooks/in/{source}', handle: receive },
]

async function receive(
  incoming: Incoming,
  params: Readonly<Record<string, string>>,
): Promise<Response> {
  const { module, ingress } = ingressOf(params['source'] ?? '')
  const caller = await identify(incoming, { module, route: { credentials: 'ignored' } })
  const body = await readBody(incoming.request, limits.webhooks.inbound)
  const { deps, ctx } = openCall(caller, undefined, undefined)
  const header = (name: string) => incoming.request.headers.get(name) ?? ''
  const received = await receiveWebhook(deps, ctx, ingress, { header, body })
  deps.telemetry.count('rustok_webhooks_received_total', { result: received })
  return new Response(null, { status: 202, headers: caller.budget })
}

/** What a module has declared for the source, else what the tenant may have registered. */
function ingressOf(source: string): { module: string; ingress: IngressDefinition<Deps> } {
  for (const module of modules) {
    const ingress = module.ingresses.find((each) => each.source === source)
    if (ingress) return { module: module.slug, ingress }
  }
  return { module: 'webhooks', ingress: registeredSource(source) }
}
