import { toBase64Url } from '../../../src/kernel/cursor.ts'
import {
  bytesOf,
  encode,
  encodeText,
  type Forgery,
  type Header,
  headerOf,
  type Target,
} from './forgery.ts'

/** Signatures that are none: zero, DER, cut, longer, one bit away, spelled otherwise. */
export function signatures(target: Target): Forgery[] {
  const [header = '', payload = '', text = ''] = target.token.split('.')
  const good = bytesOf(text)
  const [r, s] = [good.slice(0, 32), good.slice(32)]
  const zero = new Uint8Array(32)
  const order = bytesOf('_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE')
  const high = new Uint8Array(32).fill(255)
  const one = new Uint8Array(32).fill(0).with(31, 1)
  const integer = (part: Uint8Array) => [2, 33, 0, ...part]
  const pairs = [zero, one, order, high, r, s].flatMap((left) =>
    [zero, one, order, high, r, s].map((right) => [...left, ...right]),
  )
  const others = [
    [],
    [0],
    r,
    good.slice(0, 63),
    [...good, 0],
    [0, ...good],
    [...good, ...good],
    [...s, ...r],
    [48, 70, ...integer(r), ...integer(s)],
    [48, 68, 2, 32, ...r, 2, 32, ...s],
    [48, 6, 2, 1, 0, 2, 1, 0],
    [...zero, ...zero, ...zero],
    good.toReversed(),
  ]
  const bits = Array.from({ length: 64 }, (_, at) =>
    good.with(at, (good[at] ?? 0) ^ (1 << (at % 8))),
  )
  const bytes = [...pairs, ...others, ...bits].map((value) => toBase64Url(Uint8Array.from(value)))
  const last = text.slice(-1)
  const twins = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
    .filter((character) => character !== last)
    .map((character) => text.slice(0, -1) + character)
  const spelled = [
    `${text}=`,
    `${text}==`,
    `${text}A`,
    ` ${text}`,
    `${text} `,
    `${text}\n`,
    text.replace(/.$/, '+'),
    `${text}%3D`,
  ]
  return [...bytes, ...twins, ...spelled]
    .filter((signature) => signature !== text)
    .map((signature): Forgery => ['a false signature', `${header}.${payload}.${signature}`])
}

/** A good signature over other claims or another header. */
export function tampered(target: Target): Forgery[] {
  const [header = '', payload = '', signature = ''] = target.token.split('.')
  const other = '01931f7e-0000-7000-8000-000000000000'
  const changes: Header[] = [
    { sub: other },
    { sid: other },
    { tid: other },
    { roles: ['super_admin'] },
    { sv: 2 },
    { exp: 9_999_999_999 },
    { iss: 'x' },
    { aud: 'x' },
    { client_id: 'x' },
    { jti: 'x' },
    { iat: 0 },
    { admin: true },
  ]
  return [
    ...changes.map((change): Forgery => [
      `changed ${Object.keys(change).join()}`,
      `${header}.${encode({ ...target.claims, ...change })}.${signature}`,
    ]),
    [
      'the payload with a space',
      `${header}.${encodeText(`${JSON.stringify(target.claims)} `)}.${signature}`,
    ],
    ['header and payload swapped', `${payload}.${header}.${signature}`],
    [
      'the header with a space',
      `${encodeText(`${JSON.stringify(headerOf(target))} `)}.${payload}.${signature}`,
    ],
  ]
}

/** Texts that are no compact JWS. */
export function shapes({ token }: Target): Forgery[] {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const texts = [
    '',
    '.',
    '..',
    '...',
    '....',
    'x',
    'null',
    '{}',
    '[]',
    'undefined',
    header,
    `${header}.`,
    `${header}.${payload}`,
    `${header}.${payload}.`,
    `.${payload}.${signature}`,
    `${header}..${signature}`,
    `${token}.`,
    `.${token}`,
    `${token}.${signature}`,
    `${header}.${payload}.${signature}.${payload}.${signature}`,
    `${header}.....`,
    ` ${token}`,
    `${token} `,
    `${token}\n`,
    `\ufeff${token}`,
    token.replace('.', ' .'),
    token.replaceAll('.', '%2E'),
    token.replaceAll('.', ','),
    token.toLowerCase(),
    token.toUpperCase(),
    `Bearer ${token}`,
    `${token},${token}`,
    `${encode(null)}.${payload}.${signature}`,
    `${encode([])}.${payload}.${signature}`,
    `${encode('x')}.${payload}.${signature}`,
    `${header}.${encode(null)}.${signature}`,
    `${header}.${encode([])}.${signature}`,
    `${header}.${encode(1)}.${signature}`,
    JSON.stringify({ protected: header, payload, signature }),
    JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
    'A'.repeat(100_000),
    `${'.'.repeat(10_000)}`,
    `${token}${'A'.repeat(5_000)}`,
    '\u0000',
    '٣.٣.٣',
    '😀.😀.😀',
  ]
  return texts.map((text): Forgery => [`the text ${text.slice(0, 20)}`, text])
}
