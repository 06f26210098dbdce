import { errors } from '../../../kernel/errors.ts'
import type { ProtocolHeaders } from '../../../kernel/route.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { mediaErrors } from '../errors.ts'
import { ABILITIES, PIECE, VERSION } from './domain.ts'
import { type ResumableDto, resumableSchema } from './schemas.ts'
import { appendToUpload } from './service/append.ts'
import { createUpload } from './service/create.ts'
import { endUpload, readUpload } from './service/upload.ts'

const access = { kind: 'permission', permission: 'media:upload' } as const
const always = { 'Tus-Resumable': VERSION }
const version = { 'Tus-Resumable': `\`${VERSION}\`, the version of the protocol.` }
const piece = { 'Upload-Checksum': '`sha1` or `sha256`, and the digest of the body in Base64.' }

/** What every answer of an upload tells. */
const answer: NonNullable<ProtocolHeaders<ResumableDto>['answer']> = {
  'Upload-Offset': ({ offset }) => String(offset),
  'Upload-Expires': ({ expiresAt }) => new Date(expiresAt).toUTCString(),
  Link: ({ assetId }) =>
    assetId === null ? undefined : `</api/v1/media/assets/${assetId}>; rel="describedby"`,
}

const fileErrors = [
  mediaErrors.typeRefused,
  mediaErrors.quotaExceeded,
  mediaErrors.incomplete,
  mediaErrors.pieceRefused,
  mediaErrors.uploadExpired,
  mediaErrors.folderUnknown,
  errors.contentTooLarge,
  errors.preconditionFailed,
  errors.conflict,
]

/** Files that come in pieces (https://tus.io/protocols/resumable-upload, 1.0.0). */
export const resumableRoutes = [
  route({
    method: 'post',
    path: '/tus',
    operationId: 'createMediaTusUpload',
    summary: 'Begin a resumable upload (tus), with its first bytes or without',
    access,
    idempotency: 'none',
    rawBody: [PIECE],
    success: { status: 201, schema: resumableSchema },
    errors: [...fileErrors, mediaErrors.noRoom],
    location: ({ id }) => `/api/v1/media/tus/${id}`,
    headers: {
      request: {
        ...version,
        ...piece,
        'Upload-Length': 'Bytes of the file.',
        'Upload-Metadata': '`filename`, `filetype`, `folderId`, `visibility`; values in Base64.',
      },
      always,
      answer,
      options: { ...always, ...ABILITIES },
    },
    handle: createUpload,
  }),
  route({
    method: 'get',
    path: '/tus/{id}',
    operationId: 'getMediaTusUpload',
    summary: 'How far a resumable upload is; by HEAD in the protocol',
    access,
    params: idParams,
    success: { status: 200, schema: resumableSchema },
    errors: [mediaErrors.uploadGone, errors.preconditionFailed],
    headers: {
      request: version,
      always: { ...always, 'Cache-Control': 'no-store' },
      answer: {
        ...answer,
        'Upload-Length': ({ length }) => String(length),
        'Upload-Metadata': ({ metadata }) => metadata,
      },
      options: { ...always, ...ABILITIES },
    },
    handle: (deps, ctx, { params, header }) => readUpload(deps, ctx, { ...params, header }),
  }),
  route({
    method: 'patch',
    path: '/tus/{id}',
    operationId: 'appendMediaTusUpload',
    summary: 'Send bytes of a resumable upload; the last ones make the asset, which `Link` names',
    access,
    idempotency: 'none',
    rawBody: [PIECE],
    params: idParams,
    success: { status: 204 },
    errors: [...fileErrors, mediaErrors.uploadGone],
    headers: {
      request: { ...version, ...piece, 'Upload-Offset': 'Where the bytes go on.' },
      always,
      answer,
    },
    handle: (deps, ctx, { params, header, raw }) =>
      appendToUpload(deps, ctx, { ...params, header, raw }),
  }),
  route({
    method: 'delete',
    path: '/tus/{id}',
    operationId: 'endMediaTusUpload',
    summary: 'Give a resumable upload up; an asset that was made of it stays',
    access,
    idempotency: 'none',
    params: idParams,
    success: { status: 204 },
    errors: [mediaErrors.uploadGone, errors.preconditionFailed],
    headers: { request: version, always },
    handle: (deps, ctx, { params, header }) => endUpload(deps, ctx, { ...params, header }),
  }),
]
