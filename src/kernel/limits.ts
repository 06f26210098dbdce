/**
 * Every bound of the platform in one place. A limit is inclusive: the value itself passes, one more
 * is refused.
 */
export const limits = {
  page: { default: 20, max: 100 },
  body: { json: 1_048_576, import: 4_194_304 },
  json: { depth: 64 },
  header: { idempotencyKey: 255 },
  url: { query: 4_096 },
  text: { name: 200, slug: 200, title: 255, excerpt: 1_000, body: 1_000_000, url: 2_048 },
  account: { email: 254, passwordMin: 8, passwordMax: 128, roles: 20, refreshToken: 100 },
  tenant: { slug: 63, host: 253, domains: 20, locales: 50, origins: 50, fallbackDepth: 5 },
  blog: {
    tagsPerPost: 20,
    categoryDepth: 10,
    categories: 1_000,
    feedItems: 20,
    importPage: 50,
    translations: 50,
    relatedPerTag: 100,
  },
  events: {
    /** Characters of a payload's JSON; a longer one is kept in storage. */
    payloadInRow: 65_536,
    /** Rows claimed at once, and rows under way on a shard. */
    page: 100,
    inFlight: 1_000,
    /** Subscribers at work at once in one delivery. */
    atOnce: 10,
    maxAttempts: 10,
    leaseMilliseconds: 60_000,
    subscriberMilliseconds: 25_000,
    errorText: 500,
    redrive: 1_000,
  },
  schedules: {
    ofTenant: 100,
    name: 63,
    cron: 100,
    timezone: 64,
    /** Characters of the input's JSON. */
    input: 16_384,
    /** Claimed by one tick on one shard. */
    claimed: 500,
    /** Claimed at once. */
    atOnce: 10,
    /** Missed instants that the policy `all` makes up for, and that are counted. */
    madeUpFor: 24,
    missed: 100,
    /** A run that is later than this is missed. */
    lateMilliseconds: 300_000,
    /** Without a tick for this long, cron counts as stopped. */
    silentMilliseconds: 300_000,
    settled: 1_000,
  },
  cleanup: {
    /** Rows of one statement, and statements of one target on one shard. */
    page: 500,
    pages: 200,
    milliseconds: 60_000,
  },
  jobs: { progressNote: 200, resultText: 16_384, retry: 1_000, history: 100 },
  mail: {
    address: 254,
    localPart: 64,
    name: 200,
    subject: 500,
    /** Characters of each part. */
    part: 500_000,
    headers: 15,
    headerName: 76,
    headerValue: 900,
    dedupeKey: 256,
    /** Bytes read of a provider's answer. */
    answer: 16_384,
    feedbackReason: 500,
    feedbackEvents: 1_000,
    /** Bytes of a provider's webhook. */
    feedbackBody: 1_048_576,
    /** Characters of a message's props as JSON. */
    props: 16_384,
    /** Days that messages are kept, and that those which failed can be sent again. */
    keptDays: 90,
    resendableDays: 7,
  },
  webhooks: {
    endpoints: 50,
    sources: 50,
    /** Patterns of an endpoint, and characters of one. */
    patterns: 50,
    pattern: 120,
    fields: 50,
    field: 100,
    description: 500,
    /** Bytes of a body that is sent; a longer one goes out as ids only. */
    body: 20_000,
    /** Bytes read of an answer, and characters kept of it. */
    answer: 16_384,
    answerKept: 2_000,
    /** Requests to one endpoint under way at once in an isolate. */
    atOnce: 10,
    /** Deliveries that are sent again at once. */
    resend: 500,
    keptDays: 30,
    /** Bytes of a body that comes in. */
    inbound: 262_144,
    messageId: 200,
  },
  graphql: {
    bodyBytes: 65_536,
    bracketDepth: 64,
    tokens: 2_000,
    depth: 10,
    aliases: 30,
    directives: 10,
    cost: 1_000,
    rootMutations: 5,
  },
  refreshGraceMilliseconds: 10_000,
} as const
