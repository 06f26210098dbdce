import * as z from 'zod'
import type { KeepMail } from '../../adapters/mailer/memory.ts'
import type { OutgoingMail } from '../../ports/mailer.ts'

/** Where the mailbox lies in the bucket of files, so that a restart keeps it. */
const PREFIX = '_dev/mail/'

/** Mails that a page of the mailbox shows. */
const SHOWN = 100

/** Milliseconds of a UUIDv7 (RFC 9562 §5.7): its first 48 bits. */
const LATEST = 2 ** 48 - 1

/** Made on use, so that nothing of it is left where nothing is captured. */
function capturedSchema() {
  const address = z.object({ address: z.string(), name: z.string().optional() })
  return z.object({
    id: z.string(),
    tenantId: z.string(),
    from: address,
    replyTo: address.optional(),
    to: address,
    subject: z.string(),
    html: z.string(),
    text: z.string(),
    headers: z.record(z.string(), z.string()).optional(),
    category: z.string().optional(),
    dedupeKey: z.string(),
  })
}

/** A mail as it would have been sent. */
export type CapturedMail = z.infer<ReturnType<typeof capturedSchema>>

/** Keeps mails in a bucket, the newest first by name; the same mail again is kept once. */
export function createKeep(files: R2Bucket): KeepMail {
  return async (mail: OutgoingMail) => {
    const customMetadata = { tenantId: mail.tenantId }
    await files.put(keyOf(mail.id), JSON.stringify(mail), { customMetadata })
    return mail.id
  }
}

/** Removes the mails of a tenant. */
export async function forgetMails(files: R2Bucket, tenantId: string): Promise<void> {
  let cursor: string | undefined
  do {
    const at = cursor === undefined ? {} : { cursor }
    const page = await files.list({ prefix: PREFIX, include: ['customMetadata'], ...at })
    const own = page.objects.filter(({ customMetadata }) => customMetadata?.tenantId === tenantId)
    if (own.length > 0) await files.delete(own.map(({ key }) => key))
    cursor = page.truncated ? page.cursor : undefined
  } while (cursor !== undefined)
}

/** The last mails, newest first. */
export async function capturedMails(files: R2Bucket): Promise<CapturedMail[]> {
  const { objects } = await files.list({ prefix: PREFIX, limit: SHOWN })
  const mails = await Promise.all(objects.map(({ key }) => readMail(files, key)))
  return mails.flatMap((mail) => mail ?? [])
}

/** One mail; undefined when there is none. */
export async function capturedMail(files: R2Bucket, id: string): Promise<CapturedMail | undefined> {
  return readMail(files, keyOf(id))
}

async function readMail(files: R2Bucket, key: string): Promise<CapturedMail | undefined> {
  const object = await files.get(key)
  return object ? capturedSchema().parse(await object.json()) : undefined
}

function keyOf(id: string): string {
  const milliseconds = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
  const inverted = LATEST - (Number.isNaN(milliseconds) ? 0 : milliseconds)
  return `${PREFIX}${inverted.toString(16).padStart(12, '0')}-${id}`
}
