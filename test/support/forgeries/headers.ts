import type { JWK } from 'jose'
import { toBase64Url } from '../../../src/kernel/cursor.ts'
import {
  bytesOf,
  curve,
  encode,
  type Forgery,
  type Header,
  headerOf,
  signAs,
  type Target,
} from './forgery.ts'

const encoder = new TextEncoder()

/** RFC 8725 §2.1: sixteen spellings of "none", with four signatures, with and without a kid. */
export function unsigned(target: Target): Forgery[] {
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
export async function confused(target: Target): Promise<Forgery[]> {
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
export async function embedded(target: Target, own: JWK): Promise<Forgery[]> {
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
export async function keyIds(target: Target, own: JWK): Promise<Forgery[]> {
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
export async function algorithms(target: Target): Promise<Forgery[]> {
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

/** Header members that change how a token is read, signed by our own key. */
export async function critical(target: Target): Promise<Forgery[]> {
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
