import { sha256Hex } from '../../kernel/digest.ts'
import { errors } from '../../kernel/errors.ts'
import {
  graphqlErrors,
  persistedQueryNotFound,
  persistedQueryNotSupported,
  refuseHttp,
  refuseRequest,
  type Refusal,
} from './errors.ts'
import { createLru } from './lru.ts'
import type { GraphqlParams } from './request.ts'

/** Documents that clients have registered by hash (automatic persisted queries). May forget. */
export interface PersistedDocumentStore {
  /** @param hash SHA-256 of the document in UTF-8, as 64 lower-case hexadecimal digits. */
  get(hash: string): string | undefined | Promise<string | undefined>
  /** Called only with the true hash of a document that is valid and within the limits. */
  set(hash: string, document: string): void | Promise<void>
}

/** Documents that the operator has approved. */
export interface TrustedDocuments {
  /** Refuse every document that `load` does not know. */
  readonly only: boolean
  /** The document of an identifier: a SHA-256 in hexadecimal without its prefix, or a name. */
  load(id: string): string | undefined | Promise<string | undefined>
}

/** What happened to a request that named its document by hash. */
export type PersistedOutcome = 'found' | 'missing' | 'registered'

/** The text to execute, and the hash to register it under once it has proven valid. */
export interface DocumentText {
  readonly text: string
  readonly register?: string
}

/** A store in memory; right for one isolate, since a client answers a miss by registering again. */
export function createMemoryDocumentStore(bounds: {
  entries: number
  bytes: number
}): PersistedDocumentStore {
  const documents = createLru<string>(bounds)
  return {
    get: (hash) => documents.get(hash),
    set: (hash, document) => documents.set(hash, document, document.length * 2),
  }
}

/** What `resolveDocument` goes by. */
export interface DocumentSources {
  readonly trusted: TrustedDocuments | undefined
  readonly apq: PersistedDocumentStore | undefined
  readonly observe: (outcome: PersistedOutcome) => void
}

/**
 * Finds the document of a request: sent along, trusted by `documentId` or hash (GraphQL over HTTP,
 * "Persisted Documents"), or registered by hash (Apollo's `extensions.persistedQuery`, version 1).
 */
export async function resolveDocument(
  sources: DocumentSources,
  params: GraphqlParams,
): Promise<DocumentText | Refusal> {
  const extension = params.extensions['persistedQuery'] ?? undefined
  const hash = readHash(extension)
  if (extension !== undefined && hash === undefined) {
    const message =
      '"extensions.persistedQuery" needs "version" 1 and a "sha256Hash" in lower case.'
    return refuseHttp(errors.badRequest, message)
  }
  if (sources.trusted !== undefined) {
    const trusted = await loadTrusted(sources.trusted, params, hash)
    if (trusted !== undefined) return trusted
  }
  if (params.documentId !== undefined) return unknownDocument()
  if (hash !== undefined) return resolveRegistered(sources, params.query, hash)
  if (params.query === undefined) return refuseHttp(errors.badRequest, '"query" is missing.')
  return { text: params.query }
}

/** The trusted document, a refusal, or undefined when the request may be served otherwise. */
async function loadTrusted(
  trusted: TrustedDocuments,
  params: GraphqlParams,
  hash: string | undefined,
): Promise<DocumentText | Refusal | undefined> {
  const id = params.documentId?.replace(/^sha256:/, '') ?? hash
  if (id === undefined) {
    if (!trusted.only) return undefined
    return refuseRequest(graphqlErrors.documentRequired, 'Name a trusted document by "documentId".')
  }
  const text = await trusted.load(id)
  if (text === undefined) return trusted.only ? unknownDocument() : undefined
  return params.query === undefined || params.query === text ? { text } : mismatch()
}

async function resolveRegistered(
  { apq, observe }: DocumentSources,
  query: string | undefined,
  hash: string,
): Promise<DocumentText | Refusal> {
  if (apq === undefined) {
    return refuseRequest(persistedQueryNotSupported, persistedQueryNotSupported.title)
  }
  const stored = await apq.get(hash)
  if (stored !== undefined && (query === undefined || query === stored)) {
    observe('found')
    return { text: stored }
  }
  if (query === undefined) {
    observe('missing')
    return refuseRequest(persistedQueryNotFound, persistedQueryNotFound.title)
  }
  return (await sha256Hex(query)) === hash ? { text: query, register: hash } : mismatch()
}

function readHash(extension: unknown): string | undefined {
  if (typeof extension !== 'object' || extension === null) return undefined
  if (!('version' in extension) || extension.version !== 1) return undefined
  const hash = 'sha256Hash' in extension ? extension.sha256Hash : undefined
  return typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash) ? hash : undefined
}

function unknownDocument(): Refusal {
  return refuseRequest(graphqlErrors.documentUnknown, 'No document has that identifier.')
}

function mismatch(): Refusal {
  return refuseHttp(graphqlErrors.documentMismatch, 'The document does not have that identifier.')
}
