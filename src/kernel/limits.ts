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
  account: {
    email: 254,
    passwordMin: 8,
    passwordMax: 128,
    roles: 20,
    refreshToken: 100,
    /** Sessions ended at once that events tell of. */
    sessionsTold: 1_000,
  },
  /** Tries at a secret: of one account and from one address (its /64 in IPv6), for each purpose. */
  attempts: {
    windowMilliseconds: 900_000,
    ofAccount: 10,
    ofAddress: 100,
    /** From this try of an account on a pause of 2^tries seconds follows each, the longest included. */
    pausedFrom: 6,
    longestPauseSeconds: 240,
  },
  loginHistoryDays: 90,
  tenant: { slug: 63, host: 253, domains: 20, locales: 50, origins: 50, fallbackDepth: 5 },
  blog: {
    /** Due posts that are read at once, and how often in one run. */
    duePage: 100,
    duePages: 10,
    tagsPerPost: 20,
    categoryDepth: 10,
    categories: 1_000,
    feedItems: 20,
    importPage: 50,
    importSource: 500,
    /** Posts of which one commit renews what they show of a picture. */
    coversAtOnce: 50,
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
  rbac: {
    /** Of a tenant, the seeded ones among them. */
    roles: 100,
    description: 1_000,
    /** Of a role, and the words that one of them names. */
    grants: 500,
    words: 100,
    word: 100,
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
  erasure: {
    /** Rows of one statement, and statements of one run; a platform allows 1,000 a call. */
    page: 1_000,
    steps: 300,
    milliseconds: 60_000,
    /** Tenants of a shard that one run takes. */
    tenants: 20,
    /** When it is looked once more for what an isolate has written that did not know yet. */
    lateMilliseconds: 600_000,
  },
  transfer: {
    /** Rows of one file of an export, and characters after which it is full. */
    rows: 500,
    characters: 400_000,
    /** Bytes of such a file that an import reads. */
    file: 16_777_216,
    /** Bytes of one statement's rows; a longer file is loaded row by row. */
    statement: 1_000_000,
    /** Steps of one run: a platform allows 1,000 calls. */
    steps: 150,
    milliseconds: 45_000,
    /** Steps after which it is noted how far a run is. */
    noted: 20,
    /** Objects of one file. */
    objects: 25,
    /** Days that an export is kept, and one of a person. */
    keptDays: 30,
    personKeptDays: 7,
    /** Exports, and imports, that may begin in 24 hours: of tenants, and of one person. */
    perDay: 200,
    personPerDay: 5,
    /** Files of one archive: a platform allows 1,000 calls a request. */
    archived: 900,
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
  /** Tokens that go out by mail. */
  oneTimeTokens: {
    bytes: 32,
    characters: 43,
    milliseconds: 900_000,
    /** Of one purpose for one user in an hour. */
    perHour: 5,
    /** How long they are kept after their time: the link of an invitation can be renewed by then. */
    keptMilliseconds: 604_800_000,
  },
  invitations: { milliseconds: 604_800_000, keptMilliseconds: 2_592_000_000 },
  /** Users whose address begins with what is searched for, and whose name does. */
  users: { searched: 1_000 },
  secondFactor: {
    /** Of the secret that an app shares (RFC 4226 §4, R6). */
    secretBytes: 20,
    stepMilliseconds: 30_000,
    recoveryCodes: 10,
    recoveryCodeCharacters: 10,
    /** Between the password and the code, and codes that may be wrong meanwhile. */
    challengeMilliseconds: 300_000,
    challengeTries: 5,
    challenge: 300,
    /** For how long a session may do what is sensitive. */
    elevatedMilliseconds: 600_000,
  },
  audit: {
    /** Entries that are sealed at once, and pages of one tick on one shard. */
    sealPage: 500,
    sealPages: 40,
    /** Tenants that one page of the clean-up looks at. */
    sweptTenants: 500,
    verifyPage: 500,
    /** Of one verification; the next one goes on with its receipt. */
    verifyMilliseconds: 20_000,
    exportPage: 500,
    action: 120,
    target: 200,
    requestId: 128,
  },
  keys: {
    /** Live ones of a user. */
    perUser: 100,
    name: 100,
    scopes: 300,
    scope: 100,
    addresses: 50,
    /** Characters of an address or a network. */
    address: 49,
    defaultDays: 90,
    maxDays: 365,
    /** For how long a key that was replaced works on. */
    overlapSeconds: 604_800,
    defaultOverlapSeconds: 86_400,
    /** Days that an ended key is kept. */
    keptDays: 90,
    /** The pause between two uses that are noted. */
    usePauseMilliseconds: 60_000,
    /** Keys that an isolate remembers, and such that it has refused. */
    remembered: 1_000,
    rememberedMilliseconds: 300_000,
    refusedMilliseconds: 30_000,
  },
  media: {
    /** Characters of a file’s name, of its texts, and of a folder’s name. */
    name: 200,
    alt: 1_000,
    caption: 2_000,
    folderName: 100,
    tags: 20,
    tag: 50,
    folders: 1_000,
    folderDepth: 10,
    /** Files of an asset, one for each time that it was replaced. */
    files: 100,
    /** Bytes of a file, and of a tenant, that a tenant can allow at most. */
    fileBytes: 5_000_000_000,
    quotaBytes: 10_000_000_000_000,
    /** Pixels of an image: more are refused by its header. */
    pixels: 100_000_000,
    /** First bytes that are looked at; those of a form begin with its fields. */
    head: 65_536,
    form: 16_384,
    formFields: 10,
    formHeaders: 4_096,
    /** An upload that has not ended after this never will. */
    uploadMilliseconds: 86_400_000,
    /** Characters of `Upload-Metadata`, and uploads that have expired which one run forgets. */
    metadata: 4_096,
    dropped: 100,
    /** For how long a file can be put straight into the store. */
    directSeconds: 3_600,
    trashDays: 30,
    /** Assets of a shard that one run takes out of the trash. */
    purged: 100,
    linkSeconds: 604_800,
    /** Assets of one bulk operation by their ids, of one of its pages, and how many of each kind are kept. */
    bulk: { ids: 1_000, page: 20, refusals: 100, kept: 100, steps: 800, milliseconds: 120_000 },
    /** Things that show an asset, as the answer to its removal names them. */
    broken: 100,
    /** Pages of the store that one search for strays looks at. */
    walkPages: 100,
  },
  storage: {
    /** Bytes of a key, keys of one removal, and objects of one page. */
    key: 1_024,
    removed: 1_000,
    listed: 1_000,
    /** Bytes of one put or one part: 4.995 GiB, as R2 and S3 have it. */
    putBytes: 5_363_340_410,
    parts: 10_000,
    /** The least bytes of a part that is not the last: 5 MiB. */
    partBytes: 5_242_880,
    /** The longest life of a signed URL: a week. */
    signedSeconds: 604_800,
    /** Characters of an S3 service’s XML, and of an error of its. */
    answer: 8_388_608,
    errorAnswer: 16_384,
  },
  images: {
    /** Bytes from which type and size are read. */
    head: 65_536,
    /** Bytes of a file of which variants are made. */
    bytes: 20_971_520,
    /** Pixels of it: for codecs in an isolate of 128 MiB, and where memory is not bounded. */
    isolatePixels: 2_000_000,
    pixels: 24_000_000,
    /** Files that codecs hold at once in an isolate. */
    atOnce: 2,
    /** Characters of a drawing, and its elements, their levels, and how many are drawn in all. */
    svg: 1_048_576,
    svgElements: 50_000,
    svgDepth: 100,
    svgDrawn: 500_000,
  },
  refreshGraceMilliseconds: 10_000,
} as const
