import { documentOf } from './document.ts'

let document: string | undefined

/** The OpenAPI 3.1 document of this deployment as JSON; made once per isolate, at the first request. */
export function openApiDocument(): string {
  document ??= JSON.stringify(documentOf())
  return document
}
