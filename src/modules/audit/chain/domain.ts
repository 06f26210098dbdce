import { equalTexts } from '../../../kernel/cursor.ts'
import { sha256 } from '../../../kernel/digest.ts'
import type { Deps } from '../../../ports/deps.ts'
import type { Head, Position, StoredHead, UnsealedEntry } from './types.ts'

type Keys = Pick<Deps, 'secrets'>

/** Where a chain begins. */
export const GENESIS: Position = { seq: 0, chain: '' }

/** The place behind another one, for an entry of that proof. */
export async function nextPosition(before: Position, mac: string): Promise<Position> {
  const seq = before.seq + 1
  return { seq, chain: await sha256(`${before.chain}.${seq}.${mac}`) }
}

/** Gives entries their places in turn. */
export async function sealEntries(
  start: Position,
  entries: readonly UnsealedEntry[],
): Promise<{ sealed: readonly (Position & { readonly id: string })[]; end: Position }> {
  const sealed: (Position & { readonly id: string })[] = []
  let end = start
  for (const { id, mac } of entries) {
    end = await nextPosition(end, mac)
    sealed.push({ id, ...end })
  }
  return { sealed, end }
}

/** A head with its proof: HMAC-SHA-256 under a key that the database does not hold. */
export async function signHead(deps: Keys, head: Head): Promise<StoredHead> {
  return { ...head, mac: await macOf(deps, head) }
}

/** Whether the platform itself has made a head. */
export async function isGenuine(deps: Keys, head: StoredHead): Promise<boolean> {
  return equalTexts(head.mac, await macOf(deps, head))
}

function macOf(deps: Keys, head: Head): Promise<string> {
  const { tenantId, seq, chain, anchorSeq, anchorChain } = head
  return deps.secrets.digest(
    'audit head',
    JSON.stringify([tenantId, seq, chain, anchorSeq, anchorChain]),
  )
}

/** A position as one text to keep outside the platform. */
export function receiptOf({ seq, chain }: Position): string {
  return `${seq}.${chain}`
}

/** The position of a receipt. */
export function positionOf(receipt: string): Position {
  const [seq = '', chain = ''] = receipt.split('.')
  return { seq: Number(seq), chain }
}
