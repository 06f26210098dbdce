import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'

/** A private key and its certificate for `localhost`, in PEM. */
export interface ServerIdentity {
  readonly key: string
  readonly cert: string
}

const FOLDER = 'RUSTOK_TEST_TLS'

/**
 * Makes the identity of this run's servers and has Miniflare trust it, which reads
 * NODE_EXTRA_CA_CERTS once, when it is imported: call this before.
 */
export async function trustLoopback(): Promise<void> {
  // The configuration is read once for each project.
  if (process.env[FOLDER] !== undefined) return
  const folder = mkdtempSync(join(tmpdir(), 'rustok-tls-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const { key, cert } = await createIdentity()
  const others = process.env['NODE_EXTRA_CA_CERTS']
  const trusted = join(folder, 'trusted.pem')
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 })
  writeFileSync(join(folder, 'cert.pem'), cert)
  writeFileSync(trusted, others ? `${readFileSync(others, 'utf8')}\n${cert}` : cert)
  process.env[FOLDER] = folder
  process.env['NODE_EXTRA_CA_CERTS'] = trusted
}

/** The identity that `trustLoopback` has made. */
export function trustedIdentity(): ServerIdentity {
  const folder = process.env[FOLDER]
  if (folder === undefined) throw new Error('trustLoopback() has not been called')
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return { key: read('key.pem'), cert: read('cert.pem') }
}

/** An identity that nothing trusts, by a new key. */
export async function createIdentity(): Promise<ServerIdentity> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2_048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  return { key: made.private, cert: made.cert }
}
