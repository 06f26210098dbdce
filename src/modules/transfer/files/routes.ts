import type * as z from 'zod'
import type { RequestContext } from '../../../kernel/context.ts'
import { type ErrorDefinition, errors } from '../../../kernel/errors.ts'

import type { Access } from '../../../kernel/route.ts'
import type { Deps } from '../../../ports/deps.ts'
import { route } from '../../../ports/module.ts'
import { transferErrors } from '../errors.ts'
import { fileQuery } from '../schemas.ts'
import { streamArchive } from './service/archive.ts'
import { streamFile } from './service/stream-file.ts'

/** Exports that can be downloaded by some callers. */
export interface Downloads {
  /** Of the export. */
  readonly path: string
  /** The last segment of a file's path. */
  readonly file: string
  /** With what operation ids begin, and whose export it is. */
  readonly operation: string
  readonly whose: string
  readonly shared: {
    readonly access: Access
    readonly controlOnly?: true
    readonly params?: z.ZodType<{ readonly id: string }>
    readonly errors?: readonly ErrorDefinition[]
  }
  /** Finds the id of the export that the caller may read, by the path's own. Throws `not_found`. */
  readonly find: (deps: Deps, ctx: RequestContext, id: string) => Promise<{ readonly id: string }>
}

/** The routes by which the files of an export are downloaded, one by one and all at once. */
export function downloadRoutes({ path, file, operation, whose, shared, find }: Downloads) {
  const found = async (deps: Deps, ctx: RequestContext, params: { id: string } | undefined) => {
    const { id: exportId } = await find(deps, ctx, params?.id ?? '')
    return { ownerId: ctx.tenant.id, exportId }
  }
  const refusals = [...(shared.errors ?? []), errors.notFound]
  return [
    route({
      ...shared,
      method: 'get',
      path: `${path}/${file}`,
      operationId: `${operation}File`,
      summary: `Download a file of ${whose}`,
      query: fileQuery,
      success: { status: 200, media: 'application/octet-stream', stream: true },
      headers: {
        request: {
          Range: 'Answers 206 with a range of the bytes.',
          'If-Range': 'Answers the whole file unless the ETag is still the same.',
        },
      },
      errors: refusals,
      handle: async (deps, ctx, { params, query, header }) =>
        streamFile(deps, { ...(await found(deps, ctx, params)), ...query, header }),
    }),
    route({
      ...shared,
      method: 'get',
      path: `${path}/archive`,
      operationId: `${operation}Archive`,
      summary: `Download ${whose} as a tar archive`,
      success: { status: 200, media: 'application/x-tar', stream: true },
      errors: [...refusals, transferErrors.notComplete, transferErrors.archiveTooLarge],
      handle: async (deps, ctx, { params, header }) =>
        streamArchive(deps, { ...(await found(deps, ctx, params)), header }),
    }),
  ]
}
