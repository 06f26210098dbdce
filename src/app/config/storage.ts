import * as z from 'zod'
import { type Fault, type Given, faultsIn, isPlainHttp, whole } from './values.ts'

const address = () =>
  z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()

/** The section `storage` of the configuration. */
export const storageSection = z.object({
  driver: z
    .enum(['r2', 's3'])
    .default('r2')
    .describe(
      'Where files are kept: the binding `FILES`, or a bucket of an S3-compatible service.',
    ),
  endpoint: address().describe(
    'The S3 service, without the bucket; beside `r2` that of the same bucket, for signed URLs.',
  ),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,50}$/, 'must be a region such as eu-west-1')
    .default('auto')
    .describe('Its region; `auto` for R2.'),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .optional()
    .describe('The bucket’s name.'),
  addressing: z
    .enum(['path', 'virtual'])
    .default('path')
    .describe('Whether that name is in the path, or the first label of the host.'),
  accessKeyId: z.string().min(3).optional().describe('The access key’s id.'),
  secretAccessKey: z.string().min(8).optional().describe('The secret access key.'),
  sessionToken: z.string().min(8).optional().describe('The token of temporary keys.'),
  publicUrl: address().describe('Where anybody may read the bucket; nobody when left out.'),
  timeoutMs: whole(100, 60_000, 10_000).describe(
    'The longest wait for a call, beside a second for each 100 kB that it sends.',
  ),
  retries: whole(0, 5, 2).describe('Tries after the first, for faults that pass.'),
})

type StorageKey = keyof z.infer<typeof storageSection>

/** Keys that mean something together only, and that `s3` needs. */
const S3_KEYS = ['endpoint', 'bucket', 'accessKeyId', 'secretAccessKey'] as const

/** What is wrong with keys beside others. */
export function checkStorageSection(
  isProduction: boolean,
  given: Given<StorageKey>,
): readonly Fault<StorageKey>[] {
  const { driver, addressing, endpoint, publicUrl } = given
  const isAny = [...S3_KEYS, 'sessionToken' as const].some((key) => given[key] !== undefined)
  const because = driver === 's3' ? 'by the driver s3' : 'by the keys that go with it'
  const missing = S3_KEYS.filter(
    (key) => (driver === 's3' || isAny) && given[key] === undefined,
  ).map((key) => ({ key, message: `is needed ${because}` }))
  return [
    ...missing,
    ...faultsIn<StorageKey>([
      [isProduction && isPlainHttp(endpoint), 'endpoint', 'must be https in production'],
      [isProduction && isPlainHttp(publicUrl), 'publicUrl', 'must be https in production'],
      [
        addressing === 'virtual' && isAddress(String(endpoint)),
        'addressing',
        'cannot be virtual for an endpoint without a name',
      ],
    ]),
  ]
}

function isAddress(url: string): boolean {
  return /^(?:[\d.]+|\[.*\])$/.test(URL.parse(url)?.hostname ?? '')
}
