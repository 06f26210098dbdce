import type { Example, Examples } from './example.ts'
import { type House, makeUser } from './house.ts'

interface Listed {
  readonly items: readonly { readonly id: string }[]
}

/** A call of every operation of `mail`. */
export const mailExamples: Examples = {
  listMailMessages: async (house) => {
    const { email: recipient } = await makeUser(house)
    house.made.add(recipient)
    return { as: await house.as('admin'), query: { state: 'queued', recipient } }
  },
  getMailMessage: onMail,
  resendMailMessage: onMail,
  listMailSuppressions: async (house) => {
    const { address } = await suppress(house)
    house.made.add(address)
    return { as: await house.as('admin'), query: { address } }
  },
  getMailSuppression: onSuppression,
  suppressAddress: async (house) => ({
    as: await house.as('admin'),
    body: { address: `${house.name()}@people.example`, reason: 'manual', note: 'by phone' },
  }),
  releaseAddress: onSuppression,
  run_mail_doctor: async (house) => ({ as: await house.operator(), body: {} }),
  run_mail_test: async (house) => ({
    as: await house.as('admin'),
    body: { to: `${house.name()}@people.example`, locale: 'de' },
  }),
}

/** The mail that a new user gets, before it is sent. */
async function onMail(house: House): Promise<Example> {
  const admin = await house.as('admin')
  const { email } = await makeUser(house)
  const { items } = await admin.json<Listed>('GET', `/api/v1/mail/messages?recipient=${email}`)
  const id = items[0]?.id ?? ''
  house.made.add(id)
  return { as: admin, params: { id } }
}

async function onSuppression(house: House): Promise<Example> {
  const { id } = await suppress(house)
  return { as: await house.as('admin'), params: { id } }
}

/** An entry of the suppression list. */
export async function suppress(house: House): Promise<{ id: string; address: string }> {
  const admin = await house.as('admin')
  const address = `${house.name()}@people.example`
  const body = { address, note: house.name() }
  const { id } = await admin.json<{ id: string }>('POST', '/api/v1/mail/suppressions', { body })
  house.made.add(id)
  return { id, address }
}
