import * as z from 'zod'
import { type Fault, type Given, faultsIn, flag, list, whole } from './values.ts'

/** The providers that mails may be sent by. */
const MAIL_PROVIDERS = [
  'mailchannels',
  'cloudflare',
  'smtp',
  'resend',
  'sendgrid',
  'ses',
  'postmark',
  'memory',
] as const

export type MailProvider = (typeof MAIL_PROVIDERS)[number]

const providers = list.pipe(
  z
    .array(z.enum(MAIL_PROVIDERS, `must be among ${MAIL_PROVIDERS.join(', ')}`))
    .refine((names) => new Set(names).size === names.length, 'must not name a provider twice'),
)

const secret = () => z.string().min(8).optional()
const baseUrl = (of: string) =>
  z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe(`Another address of ${of}’s API; not in production.`)

const base64 = /^[A-Za-z0-9+/=\s]+$/

/** The section `mail` of the configuration. */
export const mailSection = z.object({
  providers: providers.describe(
    `Who sends mails, in order, separated by commas: ${MAIL_PROVIDERS.join(', ')}. Empty is \`memory\`, which sends nothing, and in production nobody.`,
  ),
  from: z
    .union([z.email('must be an address'), z.literal('no-reply@localhost')])
    .default('no-reply@localhost')
    .describe('The sender of mails.'),
  fromName: z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u, 'must be one line')
    .default('RusToK')
    .describe('The name beside the sender’s address.'),
  replyTo: z.email('must be an address').optional().describe('Where answers go.'),
  timeoutMs: whole(1_000, 60_000, 15_000).describe('The longest wait for a provider.'),
  mailchannelsApiKey: secret().describe('The API key of MailChannels.'),
  mailchannelsDkimDomain: z.string().min(3).optional().describe('The `d=` of our own DKIM key.'),
  mailchannelsDkimSelector: z.string().min(1).optional().describe('The `s=` of that key.'),
  mailchannelsDkimPrivateKey: z
    .string()
    .regex(base64, 'must be base64 without PEM lines')
    .optional()
    .describe('That key; without it MailChannels signs with a key that it keeps.'),
  mailchannelsDryRun: flag.default(false).describe('Whether MailChannels only renders mails.'),
  mailchannelsUrl: baseUrl('MailChannels'),
  smtpHost: z
    .string()
    .regex(/^[A-Za-z0-9.-]+$/, 'must be a host name')
    .optional()
    .describe('The submission server.'),
  smtpPort: whole(1, 65_535, 587).describe('Its port; Workers cannot reach 25.'),
  smtpSecurity: z
    .enum(['tls', 'starttls', 'none'])
    .default('starttls')
    .describe('TLS from the first byte, before log-in, or never; the last not in production.'),
  smtpUsername: z.string().min(1).optional().describe('The name to log in with.'),
  smtpPassword: z.string().min(1).optional().describe('Its password.'),
  smtpClientName: z
    .string()
    .regex(/^[A-Za-z0-9.-]+$/, 'must be a host name')
    .optional()
    .describe('The name given in EHLO; the sender’s domain when left out.'),
  resendApiKey: secret().describe('The API key of Resend.'),
  resendWebhookSecret: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/=]+$/, 'must be whsec_ and base64')
    .optional()
    .describe('The signing secret of Resend’s webhook.'),
  resendUrl: baseUrl('Resend'),
  sendgridApiKey: secret().describe('The API key of SendGrid.'),
  sendgridWebhookKey: z
    .string()
    .regex(base64, 'must be base64')
    .optional()
    .describe('The public key of SendGrid’s signed event webhook.'),
  sendgridUrl: baseUrl('SendGrid'),
  sesRegion: z
    .string()
    .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'must be a region such as eu-west-1')
    .optional()
    .describe('The region of Amazon SES.'),
  sesAccessKeyId: secret().describe('The access key’s id.'),
  sesSecretAccessKey: secret().describe('The secret access key.'),
  sesSessionToken: secret().describe('The token of temporary keys.'),
  sesConfigurationSet: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'must be a name of a configuration set')
    .optional()
    .describe('The configuration set whose events are feedback.'),
  sesTopicArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]+$/, 'must be the ARN of a topic')
    .optional()
    .describe('The SNS topic whose messages are taken as feedback.'),
  sesUrl: baseUrl('Amazon SES'),
  postmarkServerToken: secret().describe('The token of a Postmark server.'),
  postmarkMessageStream: z.string().min(1).default('outbound').describe('The message stream.'),
  postmarkWebhookUsername: z.string().min(1).optional().describe('The name in the webhook’s URL.'),
  postmarkWebhookPassword: z
    .string()
    .min(16)
    .optional()
    .describe('The password in the webhook’s URL.'),
  postmarkUrl: baseUrl('Postmark'),
})

type MailKey = keyof z.infer<typeof mailSection>

/** Keys without which a provider cannot send. */
const NEEDS: Readonly<Record<MailProvider, readonly MailKey[]>> = {
  mailchannels: ['mailchannelsApiKey'],
  cloudflare: [],
  smtp: ['smtpHost'],
  resend: ['resendApiKey'],
  sendgrid: ['sendgridApiKey'],
  ses: ['sesRegion', 'sesAccessKeyId', 'sesSecretAccessKey'],
  postmark: ['postmarkServerToken'],
  memory: [],
}

/** Keys that mean something together only. */
const TOGETHER: readonly (readonly MailKey[])[] = [
  ['mailchannelsDkimDomain', 'mailchannelsDkimSelector', 'mailchannelsDkimPrivateKey'],
  ['smtpUsername', 'smtpPassword'],
  ['postmarkWebhookUsername', 'postmarkWebhookPassword'],
]

const URLS: readonly MailKey[] = [
  'mailchannelsUrl',
  'resendUrl',
  'sendgridUrl',
  'sesUrl',
  'postmarkUrl',
]

/** What is wrong with keys beside others. */
export function checkMailSection(
  isProduction: boolean,
  given: Given<MailKey>,
): readonly Fault<MailKey>[] {
  const named = list.safeParse(given.providers).data ?? []
  const chosen = MAIL_PROVIDERS.filter((provider) => named.includes(provider))
  const needed = chosen.flatMap((provider) =>
    NEEDS[provider].map((key) => ({ key, message: `is needed by the provider ${provider}` })),
  )
  const together = TOGETHER.filter((keys) => keys.some((key) => given[key] !== undefined)).flatMap(
    (keys) => keys.map((key) => ({ key, message: 'is needed by the keys that go with it' })),
  )
  const missing = [...needed, ...together].filter(({ key }) => given[key] === undefined)
  return isProduction ? [...missing, ...productionFaults(given, chosen)] : missing
}

function productionFaults(
  given: Given<MailKey>,
  chosen: readonly MailProvider[],
): readonly Fault<MailKey>[] {
  const has = (provider: MailProvider) => chosen.includes(provider)
  return faultsIn<MailKey>([
    ...URLS.map((key) => [given[key] !== undefined, key, 'is not for production'] as const),
    [has('memory'), 'providers', 'must not name memory in production'],
    [
      has('smtp') && Number(given.smtpPort) === 25,
      'smtpPort',
      'cannot be 25, which Workers do not reach',
    ],
    [
      has('smtp') && given.smtpSecurity === 'none',
      'smtpSecurity',
      'must not be none in production',
    ],
    [
      chosen.length > 0 && (typeof given.from !== 'string' || given.from.endsWith('@localhost')),
      'from',
      'is needed by MAIL_PROVIDERS',
    ],
  ])
}
