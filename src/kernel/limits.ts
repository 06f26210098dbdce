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
  jobs: { progressNote: 200, resultText: 16_384 },
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
