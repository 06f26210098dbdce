import { type AuthWorld, createAuthWorld, rows } from '../support.ts'

/** A good password that no user of a world has. */
export const OTHER_PASSWORD = 'a quiet green river'

/** A mail as the mailbox of development shows it. */
export interface SentMail {
  readonly category: string
  readonly to: { readonly address: string }
  readonly subject: string
  readonly html: string
  readonly text: string
}

/** A world in which strangers may register. */
export async function createOpenWorld(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<AuthWorld> {
  const world = await createAuthWorld()
  const { accessToken } = await world.login('super_admin')
  await configure(world, accessToken, { registrationEnabled: true, ...settings })
  return world
}

/** Changes the tenant's settings of accounts. */
export async function configure(
  world: AuthWorld,
  token: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const path = '/api/v1/tenant/modules/auth'
  const answer = await world.call('PATCH', path, { token, body: { settings } })
  if (answer.status !== 200) throw new Error(`the settings were refused: ${answer.text}`)
}

/** Registers somebody and gives the address. */
export async function register(world: AuthWorld, name: string, headers = {}): Promise<string> {
  const email = `${name}@${world.slug}.example`
  const body = { email, name: 'Ada', password: OTHER_PASSWORD }
  const answer = await world.call('POST', '/api/v1/auth/register', { body, headers })
  if (answer.status !== 202) throw new Error(`the registration was refused: ${answer.text}`)
  return email
}

/** The mails that an address has got, oldest first, after everything owed was delivered. */
export async function mailsTo(world: AuthWorld, address: string): Promise<SentMail[]> {
  await world.drain()
  const sent = await rows<{ id: string }>(
    `SELECT id FROM mail_messages WHERE tenant_id = ? AND recipient = ? AND state = 'sent' ORDER BY id`,
    world.tenantId,
    address,
  )
  const read = ({ id }: { id: string }) =>
    world.call<SentMail>('GET', `/dev/mail/messages/${id}`).then(({ body }) => body)
  return Promise.all(sent.map(read))
}

/** The categories of the mails that an address has got. */
export async function categoriesTo(world: AuthWorld, address: string): Promise<string[]> {
  return (await mailsTo(world, address)).map(({ category }) => category)
}

/** The last mail of an address. */
export async function lastMailTo(world: AuthWorld, address: string): Promise<SentMail> {
  const mail = (await mailsTo(world, address)).at(-1)
  if (!mail) throw new Error(`no mail has gone to ${address}`)
  return mail
}

/** The token in the link of a mail. */
export function tokenIn({ text }: Pick<SentMail, 'text'>): string {
  const token = /#token=([\w-]{43})$/m.exec(text)?.[1]
  if (token === undefined) throw new Error(`there is no link in ${text}`)
  return token
}

/** Asks for a link for a new password, and gives its token. */
export async function resetTokenFor(world: AuthWorld, email: string): Promise<string> {
  await world.call('POST', '/api/v1/auth/password/forgotten', { body: { email } })
  return tokenIn(await lastMailTo(world, email))
}

/** Every column of the world's rows in the tables that keep something for longer. */
export async function everythingKept(world: AuthWorld): Promise<string> {
  const tables = [
    'outbox',
    'audit_log',
    'idempotency_keys',
    'jobs',
    'mail_messages',
    'one_time_tokens',
  ]
  const contents = await Promise.all(
    tables.map((table) => rows(`SELECT * FROM ${table} WHERE tenant_id = ?`, world.tenantId)),
  )
  return JSON.stringify(contents)
}
