import SwaggerParser from '@apidevtools/swagger-parser'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inRoot } from '../../scripts/support/paths.ts'
import { type Command, capture } from '../../scripts/support/process.ts'
import { type RunningWorker, startBundle } from './support/worker.ts'

const clientFile = (...parts: string[]): string => inRoot('test', 'e2e', 'client', ...parts)

/** A program that is installed for the typed client, as its user runs it. */
const clientBin = (...args: string[]): Command => [
  'npm',
  'exec',
  '--no',
  '--workspace=typed-client',
  '--',
  ...args,
]

const run = async (
  command: Command,
  env: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const { code, stdout, stderr } = await capture(command, { env })
  if (code !== 0) throw new Error(`${command.join(' ')}: ${code}\n${stdout}${stderr}`)
  return stdout
}

let running: RunningWorker
let text: string

beforeAll(async () => {
  running = await startBundle()
  await running.seed('dev')
  text = await (await fetch(`${running.origin}/openapi.json`)).text()
  await mkdir(clientFile('.generated'), { recursive: true })
  await writeFile(clientFile('.generated', 'openapi.json'), text)
  await run(
    clientBin('openapi-typescript', '.generated/openapi.json', '--output', '.generated/api.ts'),
  )
})

afterAll(() => running.close())

describe('/openapi.json', () => {
  it('is valid OpenAPI 3.1', async () => {
    const document = await SwaggerParser.validate(JSON.parse(text))
    expect(document).toMatchObject({ openapi: '3.1.0' })
  })

  it('has no problem by the strict rules of Redocly', async () => {
    const config = await createConfig({ extends: ['recommended-strict'] })
    const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config })
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([])
  })
})

describe('a client with types from /openapi.json', () => {
  it('compiles under --strict by TypeScript 5 and 7', async () => {
    await run(clientBin('tsc', '--project', '.'))
    await run([inRoot('node_modules', '.bin', 'tsc'), '--project', clientFile()])
  })

  it('is refused by the compiler when it asks for what the API has not', async () => {
    const wrong = `import type { paths } from './api.ts'
export type Post = paths['/api/v1/blog/posts-by-slug/{slug}']['get']['responses'][200]['content']['application/json']
export const slugOf = (post: Post): number => post.slug
`
    await writeFile(clientFile('.generated', 'wrong.ts'), wrong)
    const { code, stdout } = await capture(clientBin('tsc', '--project', '.'))
    await rm(clientFile('.generated', 'wrong.ts'))
    expect(code).not.toBe(0)
    expect(stdout).toContain("Type 'string' is not assignable to type 'number'")
  })

  it('walks the posts page by page and changes one unless it is stale', async () => {
    const output = await run([process.execPath, clientFile('posts.ts')], {
      ORIGIN: running.origin,
      TENANT: 'demo',
      TOKEN: await running.logIn('demo', 'admin@demo.example'),
      SLUG: 'welcome-to-demo',
    })
    const { titles, statuses, written } = JSON.parse(output)
    expect(titles).toHaveLength(6)
    expect(new Set(titles).size).toBe(6)
    expect(statuses).toEqual([200, 412])
    expect(written).toBe(200)
  })
})
