import { joinBytes } from '../../../kernel/bytes.ts'

/** The size of the records of a tar archive. */
const RECORD = 512

const utf8 = new TextEncoder()

/** Texts of an entry of an archive. */
export interface TarEntry {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Epoch milliseconds. */
  readonly at: number
}

/**
 * The records before the bytes of a file in a tar archive (POSIX.1-2017 pax, Interchange Format). A
 * name that a ustar header has no room for goes before it as an extended header.
 */
export function tarHeader(entry: TarEntry): Uint8Array {
  const name = utf8.encode(entry.name)
  if (name.length <= 100 && name.every((byte) => byte < 0x80)) return header(entry.name, entry, '0')
  const record = utf8.encode(paxRecord('path', entry.name))
  const extended = header('pax', { ...entry, size: record.length }, 'x')
  return joinBytes([extended, record, tarPadding(record.length), header('long', entry, '0')])
}

/** What fills the last record of so many bytes. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((RECORD - (size % RECORD)) % RECORD)
}

/** The end of an archive: two records of zeros. */
export const TAR_END: Uint8Array = new Uint8Array(2 * RECORD)

function header(name: string, { size, at }: TarEntry, type: '0' | 'x'): Uint8Array {
  const bytes = new Uint8Array(RECORD)
  const put = (offset: number, text: string) => bytes.set(utf8.encode(text), offset)
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0')
  put(0, name)
  put(100, '0000644\0')
  put(108, '0000000\0')
  put(116, '0000000\0')
  put(124, `${octal(size, 11)}\0`)
  put(136, `${octal(Math.max(0, Math.floor(at / 1_000)), 11)}\0`)
  // The sum is made with spaces in its own place.
  put(148, ' '.repeat(8))
  put(156, type)
  put(257, 'ustar\x0000')
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  put(148, `${octal(sum, 6)}\0 `)
  return bytes
}

/** `<length> <key>=<value>\n`, in which the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = utf8.encode(` ${key}=${value}\n`).length
  let length = rest + 1
  while (length !== rest + String(length).length) length = rest + String(length).length
  return `${length} ${key}=${value}\n`
}

/** Whether a list of entity tags has ours; ours have no commas. */
export function namesTag(list: string, tag: string, isWeak: boolean): boolean {
  return list.split(',').some((each) => {
    const given = each.trim()
    return given === '*' || given === tag || (isWeak && given === `W/${tag}`)
  })
}
