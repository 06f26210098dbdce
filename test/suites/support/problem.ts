import { expect } from 'vitest'
import { errorCatalogue } from '../../../src/app/catalogue.ts'
import { modules } from '../../../src/app/modules.ts'

/** A problem document as a client reads it. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly requestId: string
  readonly detail?: string
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
}

/** Words that only our own code and its engines use. */
const INTERNALS =
  /D1_ERROR|SQLITE|sqlite|drizzle|libsql|node_modules|\.ts:\d|\bat async |TypeError|ReferenceError|RangeError|ZodError|\[object |password_hash|security_version|commit_guards|\bundefined\b/g

const codes = new Set(errorCatalogue(modules).map(({ code }) => code))

/**
 * Reads a refusal and expects all that every refusal is: a problem document that leaks nothing.
 * `asked` is what the request said, which may come back.
 */
export async function problemOf(response: Response, asked = ''): Promise<Problem> {
  const text = await response.text()
  const faults = faultsOf(response, text, asked)
  expect(faults, `${asked} answered ${response.status}: ${text}`).toEqual([])
  return JSON.parse(text)
}

/** What is wrong with a refusal, by rule; nothing for one that is as it must be. */
export function faultsOf({ status, headers }: Response, text: string, asked: string): string[] {
  if (headers.get('content-type') !== 'application/problem+json') return ['the content type']
  const problem: Problem = JSON.parse(text)
  const rules = {
    'the status': status >= 400 && status < 500 && problem.status === status,
    'the code': codes.has(problem.code),
    'the type': problem.type === `/problems/${problem.code}`,
    'the request id': problem.requestId === headers.get('x-request-id'),
    'the challenge': status !== 401 || (headers.get('www-authenticate') ?? '').startsWith('Bearer'),
    'what is leaked': leaksOf(text, asked).length === 0,
  }
  return Object.entries(rules).flatMap(([rule, holds]) => (holds ? [] : [rule]))
}

/** Words of our own code in an answer that were not in what was asked. */
export function leaksOf(text: string, asked: string): string[] {
  return [...text.matchAll(INTERNALS)].flatMap(([word]) => (asked.includes(word) ? [] : [word]))
}

/** A refusal without what is different in every answer. */
export function comparable(problem: Problem): Omit<Problem, 'requestId'> {
  const { requestId: _, ...rest } = problem
  return { ...rest, ...('instance' in rest ? { instance: '' } : {}) }
}

/** Database round trips of an answer, by `Server-Timing`; not a number for one without. */
export function tripsOf(response: Response): number {
  const timing = response.headers.get('server-timing') ?? ''
  return Number(/db-trips;desc="(\d+)"/.exec(timing)?.[1] ?? Number.NaN)
}
