import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { fromBase64Url, toBase64Url } from '../../src/kernel/cursor.ts'

/** A token that must be refused, with the attack it stands for. */
export type Forgery = readonly [attack: string, token: string]

/** What an attacker has: a good token and the public key; and what only the tests have. */
export interface Target {
  readonly token: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly privateKey: JWK
  readonly publicKey: JWK & { readonly kid: string }
}

type Header = Readonly<Record<string, unknown>>

const encoder = new TextEncoder()
const ecdsa = { name: 'ECDSA', hash: 'SHA-256' } as const
const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const
const encode = (value: unknown) => toBase64Url(encoder.encode(JSON.stringify(value)))
const bytesOf = (text: string) => fromBase64Url(text) ?? new Uint8Array()

/** Signs a header and a payload as they are, whatever they say. */
export async function signAs(key: JWK, header: unknown, claims: unknown): Promise<string> {
  const { x = '', y = '', d = '' } = key
  const jwk = { kty: 'EC', crv: 'P-256', x, y, d }
  const imported = await crypto.subtle.importKey('jwk', jwk, curve, false, ['sign'])
  const input = `${encode(header)}.${encode(claims)}`
  const signature = await crypto.subtle.sign(ecdsa, imported, encoder.encode(input))
  return `${input}.${toBase64Url(new Uint8Array(signature))}`
}

/** More than 530 tokens that this deployment did not sign, or did not sign as they are. */
export async function forgeries(target: Target): Promise<Forgery[]> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const own = await exportJWK(privateKey)
  return [
    ...unsigned(target),
    ...(await confused(target)),
    ...(await embedded(target, own)),
    ...(await keyIds(target, own)),
    ...(await algorithms(target)),
    ...signatures(target),
    ...tampered(target),
    ...(await critical(target)),
    ...shapes(target),
  ]
}

const headerOf = ({ publicKey }: Target): Header => ({
  alg: 'ES256',
  typ: 'at+jwt',
  kid: publicKey.kid,
})

/** RFC 8725 §2.1: sixteen spellings of "none", with four signatures, with and without a kid. */
function unsigned(target: Target): Forgery[] {
  const spellings = [
    'none',
    'None',
    'NONE',
    'nOnE',
    'NoNe',
    'nonE',
    'noNE',
    'nONE',
    'NonE',
    'NOne',
    'none ',
    ' none',
    'none\t',
    'none\u0000',
    '"none"',
    '',
  ]
  const [, , good = ''] = target.token.split('.')
  return spellings.flatMap((alg) =>
    ['', good, 'AA', toBase64Url(new Uint8Array(64))].flatMap((signature) =>
      [headerOf(target), { typ: 'at+jwt' }].map((header): Forgery => [
        `alg ${JSON.stringify(alg)} with ${signature.length} characters of signature`,
        `${encode({ ...header, alg })}.${encode(target.claims)}.${signature}`,
      ]),
    ),
  )
}

/** The public key as an HMAC secret, in four encodings. */
async function confused(target: Target): Promise<Forgery[]> {
  const { kty, crv, x = '', y = '' } = target.publicKey
  const imported = await crypto.subtle.importKey(
    'jwk',
    { kty: 'EC', crv: 'P-256', x, y },
    curve,
    true,
    ['verify'],
  )
  const spki = new Uint8Array((await crypto.subtle.exportKey('spki', imported)) as ArrayBuffer)
  const pem = `-----BEGIN PUBLIC KEY-----\n${btoa(String.fromCharCode(...spki))}\n-----END PUBLIC KEY-----\n`
  const encodings = {
    JWK: encoder.encode(JSON.stringify({ kty, crv, x, y })),
    DER: spki,
    PEM: encoder.encode(pem),
    point: new Uint8Array([4, ...bytesOf(x), ...bytesOf(y)]),
  }
  const made: Forgery[] = []
  for (const [name, secret] of Object.entries(encodings)) {
    for (const bits of [256, 384, 512]) {
      for (const header of [
        headerOf(target),
        { typ: 'at+jwt' },
        { typ: 'JWT', kid: target.publicKey.kid },
      ]) {
        const input = `${encode({ ...header, alg: `HS${bits}` })}.${encode(target.claims)}`
        const algorithm = { name: 'HMAC', hash: `SHA-${bits}` }
        const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign'])
        const tag = await crypto.subtle.sign('HMAC', key, encoder.encode(input))
        made.push([
          `HS${bits} by the public key as ${name}`,
          `${input}.${toBase64Url(new Uint8Array(tag))}`,
        ])
      }
    }
  }
  return made
}

/** A key of the attacker that the header brings along or points to. */
async function embedded(target: Target, own: JWK): Promise<Forgery[]> {
  const { d: _, ...visible } = own
  const url = 'https://attacker.example/keys.json'
  const bearers: Header[] = [
    { jwk: visible },
    { jwk: own },
    { jwk: { ...visible, kid: target.publicKey.kid } },
    { jku: url },
    { jku: 'http://127.0.0.1/jwks.json' },
    { x5u: url },
    { x5c: ['MIIB'] },
    { x5t: 'AAAA' },
    { 'x5t#S256': 'AAAA' },
    { jwks: { keys: [visible] } },
    { jwk: visible, jku: url },
    { epk: visible },
  ]
  const headers = [
    headerOf(target),
    { alg: 'ES256', typ: 'at+jwt' },
    { ...headerOf(target), kid: 'mine' },
  ]
  const made = bearers.flatMap((bearer) => headers.map((header) => ({ ...header, ...bearer })))
  return Promise.all(
    made.map(async (header): Promise<Forgery> => [
      `a key by ${Object.keys(header).slice(2).join('+')}`,
      await signAs(own, header, target.claims),
    ]),
  )
}

/** Names of keys that do not exist, that lead elsewhere or that are no names. */
async function keyIds(target: Target, own: JWK): Promise<Forgery[]> {
  const { kid } = target.publicKey
  const kids = [
    '',
    ' ',
    `${kid} `,
    ` ${kid}`,
    kid.toUpperCase() + kid.toLowerCase(),
    `${kid}\u0000`,
    `${kid}\n`,
    '0',
    '*',
    '%',
    '../../../../dev/null',
    '/dev/null',
    'file:///dev/null',
    '../keys/public.pem',
    '..\\..\\null',
    "x' OR '1'='1",
    "x' UNION SELECT 'AA'--",
    '"; DROP TABLE users; --',
    '$(id)',
    '`id`',
    '|id',
    '${7*7}',
    '{{7*7}}',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'https://attacker.example/k',
    '//attacker.example',
    'ldap://attacker.example',
    'a'.repeat(2_000),
    '\u202e',
    '\ud800',
    null,
    0,
    1,
    true,
    [],
    [kid],
    {},
    { kid },
    undefined,
  ]
  const made = kids.flatMap((tried) => [
    { key: own, tried },
    { key: target.privateKey, tried },
  ])
  return Promise.all(
    made.map(async ({ key, tried }): Promise<Forgery> => [
      `kid ${JSON.stringify(tried)?.slice(0, 40)}`,
      await signAs(key, { ...headerOf(target), kid: tried }, target.claims),
    ]),
  )
}

/** Other algorithms and types over a signature by our own key. */
async function algorithms(target: Target): Promise<Forgery[]> {
  const algs = [
    'ES384',
    'ES512',
    'ES256K',
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'HS256',
    'EdDSA',
    'Ed25519',
    'es256',
    'Es256',
    ' ES256',
    'ES256 ',
    'ES-256',
    'SHA256',
    'dir',
    'A128KW',
    'RSA-OAEP',
    'ECDH-ES',
    'https://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
    null,
    256,
    true,
    [],
    ['ES256'],
    {},
    undefined,
  ]
  const types = [
    'JWT',
    'jwt',
    'at jwt',
    'at+jwt2',
    'dpop+jwt',
    'logout+jwt',
    'id_token',
    '',
    null,
    1,
    ['at+jwt'],
    undefined,
  ]
  const headers: Header[] = [
    ...algs.map((alg) => ({ ...headerOf(target), alg })),
    ...types.map((typ) => ({ ...headerOf(target), typ })),
  ]
  return Promise.all(
    headers.map(async (header): Promise<Forgery> => [
      `alg ${JSON.stringify(header['alg'])}, typ ${JSON.stringify(header['typ'])}`,
      await signAs(target.privateKey, header, target.claims),
    ]),
  )
}

/** Signatures that are none: zero, DER, cut, longer, one bit away, spelled otherwise. */
function signatures(target: Target): Forgery[] {
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
function tampered(target: Target): Forgery[] {
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
      `${header}.${toBase64Url(encoder.encode(`${JSON.stringify(target.claims)} `))}.${signature}`,
    ],
    ['header and payload swapped', `${payload}.${header}.${signature}`],
    [
      'the header with a space',
      `${toBase64Url(encoder.encode(`${JSON.stringify(headerOf(target))} `))}.${payload}.${signature}`,
    ],
  ]
}

/** Header members that change how a token is read, signed by our own key. */
async function critical(target: Target): Promise<Forgery[]> {
  const members: Header[] = [
    { crit: [] },
    { crit: ['b64'], b64: false },
    { b64: false },
    { crit: ['exp'], exp: 1 },
    { crit: ['x'], x: 1 },
    { crit: 'b64' },
    { crit: null },
    { crit: ['alg'] },
    { zip: 'DEF' },
    { enc: 'A128GCM' },
    { cty: 'JWT' },
    { nonce: 'x' },
    { url: 'x' },
    { p2c: 1_000_000_000 },
  ]
  return Promise.all(
    members.map(async (member): Promise<Forgery> => [
      `header member ${Object.keys(member).join()}`,
      await signAs(target.privateKey, { ...headerOf(target), ...member }, target.claims),
    ]),
  )
}

/** Texts that are no compact JWS. */
function shapes({ token }: Target): Forgery[] {
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
