import { errors } from '../../../kernel/errors.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { mediaErrors } from '../errors.ts'
import * as schemas from './schemas.ts'
import {
  createFolder,
  deleteFolder,
  getFolder,
  listFolders,
  updateFolder,
} from './service/folders.ts'

const needs = (permission: string) => ({ kind: 'permission', permission }) as const
const version = (folder: { version: number }) => folder.version
const placeErrors = [mediaErrors.nameTaken, mediaErrors.folderUnknown, mediaErrors.folderCycle]

/** The tree of folders. */
export const folderRoutes = [
  route({
    method: 'get',
    path: '/folders',
    operationId: 'listMediaFolders',
    summary: 'List all folders',
    access: needs('media:read'),
    success: { status: 200, schema: schemas.folderListSchema },
    handle: (deps, ctx) => listFolders(deps, ctx),
  }),
  route({
    method: 'get',
    path: '/folders/{id}',
    operationId: 'getMediaFolder',
    summary: 'Get a folder',
    access: needs('media:read'),
    params: idParams,
    success: { status: 200, schema: schemas.folderSchema },
    version,
    handle: (deps, ctx, { params }) => getFolder(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/folders',
    operationId: 'createMediaFolder',
    summary: 'Add a folder',
    access: needs('media:update'),
    body: schemas.createFolderBody,
    success: { status: 201, schema: schemas.folderSchema },
    errors: [...placeErrors, mediaErrors.tooManyFolders],
    version,
    location: ({ id }) => `/api/v1/media/folders/${id}`,
    handle: (deps, ctx, { body }) => createFolder(deps, ctx, body),
  }),
  route({
    method: 'patch',
    path: '/folders/{id}',
    operationId: 'updateMediaFolder',
    summary: 'Rename or move a folder',
    access: needs('media:update'),
    ifMatch: 'required',
    params: idParams,
    body: schemas.updateFolderBody,
    success: { status: 200, schema: schemas.folderSchema },
    errors: [...placeErrors, errors.notFound, errors.preconditionFailed],
    version,
    handle: (deps, ctx, { params, body, ifMatch }) =>
      updateFolder(deps, ctx, { ...body, ...params, ifMatch }),
  }),
  route({
    method: 'delete',
    path: '/folders/{id}',
    operationId: 'deleteMediaFolder',
    summary: 'Delete an empty folder',
    access: needs('media:update'),
    ifMatch: 'required',
    params: idParams,
    success: { status: 204 },
    errors: [mediaErrors.folderInUse, errors.notFound, errors.preconditionFailed],
    handle: async (deps, ctx, { params, ifMatch }) => {
      await deleteFolder(deps, ctx, { ...params, ifMatch })
      return undefined
    },
  }),
]
