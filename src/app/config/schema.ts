import * as z from 'zod'
import { parseSigningKeys } from '../../adapters/tokens/keys.ts'
import { mailSection } from './mail.ts'
import { storageSection } from './storage.ts'
import { flag, integer, list, whole } from './values.ts'

/** Labels of letters, digits and hyphens (RFC 1123 §2.1), the last no number. */
const DOMAIN = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z](?:[a-z\d-]{0,61}[a-z\d])?$/

/**
 * Every key of the configuration. The variable of a key is `<SECTION>_<KEY>` in capitals:
 * `database.timeoutMs` is `DATABASE_TIMEOUT_MS`.
 */
export const sections = {
  logger: z.object({
    level: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe('The least level that is logged.'),
    format: z
      .enum(['json', 'pretty'])
      .default('json')
      .describe('One JSON object a line, or a readable line.'),
  }),
  tracing: z.object({
    driver: z
      .enum(['native', 'none'])
      .default('native')
      .describe('Who records spans: the Workers runtime, or nobody. Ids travel either way.'),
  }),
  server: z.object({
    baseDomains: list
      .transform((names) => names.map((name) => name.toLowerCase()))
      .refine((names) => names.every((name) => DOMAIN.test(name)), 'must be domain names')
      .describe('Domains whose first label names a tenant: `demo.example.com`.'),
    tenantHeader: z
      .string()
      .regex(/^$|^[a-z][a-z0-9-]{0,62}$/, 'must be a lower-case header name')
      .default('')
      .describe('The request header that may name a tenant by id or slug; empty turns it off.'),
    trustForwardedHost: flag.default(false).describe('Whether `X-Forwarded-Host` names the host.'),
    localPort: integer(1, 65_535)
      .optional()
      .describe('The port of links to `localhost`; `npm start` tells it.'),
    docs: flag.default(true).describe('Whether `/docs` and `/openapi.json` are served.'),
    metricsToken: z
      .string()
      .min(16)
      .optional()
      .describe('Bearer token of `/metrics`; without it only development serves it.'),
  }),
  database: z.object({
    driver: z.enum(['d1', 'libsql']).default('d1').describe('The engine behind the primary shard.'),
    url: z
      .url({ protocol: /^(?:https?|libsql)$/ })
      .optional()
      .describe('The libSQL server, by HTTP; needed by `libsql`. Not `http:` in production.'),
    authToken: z.string().optional().describe('The libSQL server’s token.'),
    timeoutMs: whole(100, 30_000, 5_000).describe('The longest wait for one batch.'),
    retries: whole(0, 5, 2).describe('Tries after the first, for faults that pass.'),
  }),
  auth: z.object({
    issuer: z
      .string()
      .min(1)
      .max(200)
      .default('rustok-edge')
      .describe('The `iss` of access tokens.'),
    audience: z
      .string()
      .min(1)
      .max(200)
      .default('rustok-edge')
      .describe('The `aud` of access tokens.'),
    signingKeys: z
      .string()
      .superRefine(checkSigningKeys)
      .describe('JSON array of private JWKs (ES256 or EdDSA); the first signs, all verify.'),
    accessSeconds: whole(60, 900, 900).describe('The lifetime of an access token.'),
    sessionIdleSeconds: whole(60, 1_209_600, 1_209_600).describe(
      'The longest pause before a session ends; not longer than its life, where both are given.',
    ),
    sessionLifetimeSeconds: whole(60, 2_592_000, 2_592_000).describe(
      'The longest life of a session.',
    ),
    hashesInFlight: whole(1, 16, 4).describe(
      'Password hashes an isolate runs or queues; more answer 429.',
    ),
  }),
  cache: z.object({
    tenantFreshMs: whole(0, 300_000, 10_000).describe(
      'How long a tenant snapshot in memory is not asked about.',
    ),
    tenantStaleMs: whole(0, 3_600_000, 60_000).describe(
      'How long after that a snapshot may answer while it is reloaded.',
    ),
    tenantNegativeMs: whole(0, 300_000, 5_000).describe(
      'How long an unknown tenant stays unknown.',
    ),
    tenantEntries: whole(1, 100_000, 1_000).describe('Tenant snapshots kept in an isolate.'),
    tenantKvSeconds: whole(60, 86_400, 300).describe('How long KV keeps a snapshot.'),
    publicMs: whole(0, 300_000, 10_000).describe(
      'The longest age of an anonymous answer that another isolate has changed.',
    ),
    publicBytes: whole(0, 67_108_864, 16_777_216).describe(
      'Memory for anonymous answers in an isolate.',
    ),
  }),
  graphql: z.object({
    trustedOnly: flag
      .default(false)
      .describe('Whether only the documents of `graphql/trusted-documents.json` are executed.'),
  }),
  events: z.object({
    transport: z
      .enum(['queues', 'inline'])
      .default('queues')
      .describe('How owed events travel to their subscribers.'),
    nudge: flag
      .default(true)
      .describe('Whether a commit sends its events at once; else the cron tick finds them.'),
    retentionDays: whole(1, 3_650, 7).describe('How long delivered events are kept.'),
    busCapacity: whole(1, 1_000_000, 10_000).describe(
      'Reactions under way in an isolate; it warns at 70 % and refuses at 90 %.',
    ),
  }),
  mail: mailSection,
  webhooks: z.object({
    allowedHosts: list.describe(
      'Hosts, each `host:port`, that webhooks may go to beside the public internet; for development.',
    ),
    resolver: z
      .url({ protocol: /^https?$/ })
      .default('https://cloudflare-dns.com/dns-query')
      .describe('The DNS resolver over HTTPS that is asked before each webhook.'),
    timeoutMs: whole(100, 18_000, 15_000).describe('The longest wait for the answer to a webhook.'),
  }),
  tenants: z.object({
    graceDays: whole(0, 365, 30).describe(
      'Days between the request to delete a tenant and its erasure.',
    ),
  }),
  storage: storageSection,
  first_admin: z.object({
    email: z
      .email()
      .optional()
      .describe(
        'The control tenant’s first super administrator, made when there is none; with the password, or neither.',
      ),
    password: z
      .string()
      .min(8)
      .optional()
      .describe('The password that this administrator starts with.'),
  }),
  demo: z.object({
    password: z
      .string()
      .min(8)
      .optional()
      .describe('The password of the demo users; read in development only.'),
  }),
  limits: z.object({
    requestsPerMinute: whole(1, 10_000_000, 600).describe(
      'Requests a minute of one caller to one isolate.',
    ),
  }),
} as const

/** Keys outside the sections. */
export const rootSchema = z.object({
  env: z.enum(['development', 'test', 'production']).describe('The environment.'),
  secret: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43,}$/, 'must be at least 32 random bytes as base64url')
    .describe('The root of derived keys: cursors, refresh tokens, signed links.'),
})

/** Each key by itself; `checkAcross` looks at keys beside others. */
export const configSchema = z.object({ app: rootSchema, ...sections })

/** The whole configuration, parsed. */
export type Config = z.infer<typeof configSchema>

function checkSigningKeys(text: string, context: z.RefinementCtx): void {
  try {
    parseSigningKeys(text)
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : 'cannot be used')
  }
}

/** The variable that holds a key. */
export function variableOf(section: string, key: string): string {
  return `${section}_${key.replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase()
}
