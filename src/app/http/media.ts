import { AppError, errors } from '../../kernel/errors.ts'
import { isUuid } from '../../kernel/ids.ts'
import { serveFile, serveVariant } from '../../modules/media/index.ts'
import { type Incoming, identify, openCall } from './call.ts'
import { allowOrigin } from './cors.ts'
import { addCost } from './respond.ts'
import { withFreshTenant } from './stale.ts'
import type { SystemRoute } from './system-route.ts'

/**
 * Where files are read, and pictures in the sizes of presets. The name at the end is for people: what is
 * served is the numbered file.
 */
export const mediaRoutes: readonly SystemRoute[] = [
  { method: 'get', path: '/media/{asset}/{file}/{name}', handle: serve },
  { method: 'get', path: '/media/{asset}/{file}/{preset}/{name}', handle: serve },
]

async function serve(
  incoming: Incoming,
  params: Readonly<Record<string, string>>,
): Promise<Response> {
  const { asset: assetId = '', file = '', preset } = params
  let tenantId: string | undefined
  return withFreshTenant(
    incoming,
    async () => {
      const caller = await identify(incoming, { module: 'media' })
      tenantId = caller.tenant.id
      if (!isUuid(assetId) || !/^[1-9]\d{0,8}$/.test(file)) throw new AppError(errors.notFound)
      const { request } = incoming
      const { search, searchParams } = incoming.url
      const { deps, ctx } = openCall(caller, undefined, undefined)
      const asked = {
        assetId,
        number: Number(file),
        isHead: request.method === 'HEAD',
        header: (name: string) => request.headers.get(name),
        expires: searchParams.get('expires'),
        signature: searchParams.get('signature'),
      }
      const served =
        preset === undefined
          ? await serveFile(deps, ctx, asked)
          : await serveVariant(deps, ctx, { ...asked, preset, search })
      const response = new Response(served.body, { status: served.status, headers: served.headers })
      allowOrigin(response, request, caller.tenant)
      addCost(
        response,
        [deps.db, caller.ungated, ...caller.lookups].map((database) => database.stats()),
      )
      return response
    },
    () => tenantId,
  )
}
