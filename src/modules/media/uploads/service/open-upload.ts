import { AppError, errors } from '../../../../kernel/errors.ts'
import { fileLabel } from '../../../../kernel/file-name.ts'
import { FormError, boundaryOf, fileOfForm, formHead } from '../../../../kernel/multipart.ts'
import type { RawBody } from '../../../../kernel/raw-body.ts'
import type { Incoming } from '../types.ts'

/**
 * Finds the file of a body: the body itself, or the last part of a form. Reads its first bytes only, and
 * bears being asked again. Throws `bad_request` for a form that cannot be taken.
 */
export async function openUpload(raw: RawBody): Promise<Incoming> {
  const boundary = boundaryOf(raw.contentType)
  const head = await raw.peek()
  if (boundary !== undefined) return openForm(raw, head, boundary)
  const { contentType: declared, size, sha256 } = raw
  const fields = new Map<string, string>()
  return {
    head,
    name: '',
    declared,
    size,
    sha256,
    fields,
    stream: () => raw.from(0),
    pump: (take) => raw.pump(0, take),
  }
}

function openForm(raw: RawBody, head: Uint8Array, boundary: string): Incoming {
  const { fields, file } = asAnswer(() => formHead(head, boundary))
  return {
    head: file.first,
    name: fileLabel(file.name),
    declared: file.contentType,
    size: undefined,
    sha256: undefined,
    fields,
    stream: async () => (await raw.from(file.offset)).pipeThrough(fileOfForm(boundary)),
    pump: undefined,
  }
}

/** Runs what may find a fault of a form. */
function asAnswer<Value>(work: () => Value): Value {
  try {
    return work()
  } catch (error) {
    throw formFault(error) ?? error
  }
}

/** What is told of a fault of a form; undefined for any other error. */
export function formFault(error: unknown): AppError | undefined {
  if (!(error instanceof FormError)) return undefined
  return new AppError(errors.badRequest, { detail: `The form ${error.message}.`, cause: error })
}
