import { type TestHarness, type WorkerHandle, createTestHarness } from 'wrangler'
import * as z from 'zod'
import { root } from '../../../scripts/support/paths.ts'
import { newPassword, newSecret, newSigningKeys } from '../../../scripts/support/secrets.ts'

/** How a Worker differs from what wrangler.toml says. */
export interface WorkerOptions {
  readonly env?: 'development' | 'test' | 'production'
  readonly vars?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
}

/** The real bundle in workerd, under the rules of production, with a storage of its own. */
export interface RunningWorker {
  readonly origin: string
  readonly harness: TestHarness
  readonly worker: WorkerHandle<Env>
  readonly password: string
  /** Seeds the tenants demo and acme. */
  readonly seed: (profile: 'dev' | 'test') => Promise<void>
  /** The access token of somebody who logs in with `password`. */
  readonly logIn: (tenant: string, email: string) => Promise<string>
  readonly close: () => Promise<void>
}

/** A JSON answer with its status and headers. */
export interface JsonAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

const signedIn = z.object({ accessToken: z.string() })

/** Sends JSON and reads JSON. */
export async function callJson(
  url: string,
  {
    body,
    headers,
    ...init
  }: Omit<RequestInit, 'body' | 'headers'> & {
    readonly body?: unknown
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): Promise<JsonAnswer> {
  const response = await fetch(url, {
    ...init,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  }
}

const expectStatus = ({ status, body }: JsonAnswer, expected: number): unknown => {
  if (status === expected) return body
  throw new Error(`status ${status} instead of ${expected}: ${JSON.stringify(body)}`)
}

/** Builds the bundle and starts it on a free port with a migrated database. */
export async function startBundle(options: WorkerOptions = {}): Promise<RunningWorker> {
  const { env = 'test', vars = {}, secrets = {} } = options
  const appSecret = newSecret()
  const password = newPassword()
  const harness = createTestHarness({
    root,
    workers: [
      {
        configPath: 'wrangler.toml',
        // The top level of wrangler.toml is the environment development.
        ...(env === 'development' ? {} : { env }),
        vars,
        secrets: {
          APP_SECRET: appSecret,
          AUTH_SIGNING_KEYS: await newSigningKeys(),
          DEMO_PASSWORD: password,
          ...secrets,
        },
      },
    ],
  })
  const { url } = await harness.listen()
  const worker = harness.getWorker<Env>()
  await worker.applyD1Migrations('DB')
  const { origin } = url
  return {
    origin,
    harness,
    worker,
    password,
    seed: async (profile) => {
      const headers = { 'x-dev-token': appSecret }
      const door = `${origin}/_dev/seed?profile=${profile}`
      expectStatus(await callJson(door, { method: 'POST', headers }), 200)
    },
    logIn: async (tenant, email) => {
      const answer = await callJson(`${origin}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'x-tenant-id': tenant },
        body: { email, password },
      })
      return signedIn.parse(expectStatus(answer, 200)).accessToken
    },
    close: () => harness.close(),
  }
}
