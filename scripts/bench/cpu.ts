import { readFile, readdir } from 'node:fs/promises'
import { StepError } from '../support/main.ts'

/** Microseconds in a tick of `/proc`: Linux reports CPU time in hundredths of a second. */
const TICK = 10_000
/** Bytes in a page of memory. */
const PAGE = 4_096

interface ProcessStat {
  readonly parent: number
  readonly cpu: number
}

/** Parent and CPU time (user and system, in µs) of a process; undefined when it has gone. */
async function readStat(pid: number): Promise<ProcessStat | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces: fields are counted from behind it (proc(5)).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number)
    return { parent: parent ?? 0, cpu: ((user ?? 0) + (system ?? 0)) * TICK }
  } catch {
    return undefined
  }
}

/** CPU time that a process tree has used, in µs. */
export interface CpuTime {
  readonly tree: number
  /** The part of it that is not this process, which sends the requests. */
  readonly server: number
}

/** Finds this process and everything below it; what it starts later is not seen. */
export async function watchProcessTree(): Promise<() => Promise<CpuTime>> {
  const parents = await parentsOfAll()
  const children = [...parents.keys()].filter((pid) => isBelow(pid, parents))
  return async () => {
    const own = await readStat(process.pid)
    const others = await Promise.all(children.map(readStat))
    const server = others.reduce((sum, stat) => sum + (stat?.cpu ?? 0), 0)
    return { tree: server + (own?.cpu ?? 0), server }
  }
}

/** Resident memory of everything below this process, in bytes. */
export async function residentBytes(): Promise<number> {
  const parents = await parentsOfAll()
  const children = [...parents.keys()].filter((pid) => isBelow(pid, parents))
  const sizes = await Promise.all(
    children.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')
      return Number(text.split(' ')[1] ?? 0) * PAGE
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function parentsOfAll(): Promise<Map<number, number>> {
  const parents = new Map<number, number>()
  for (const name of await procEntries()) {
    const pid = Number(name)
    const stat = Number.isNaN(pid) ? undefined : await readStat(pid)
    if (stat) parents.set(pid, stat.parent)
  }
  return parents
}

async function procEntries(): Promise<string[]> {
  try {
    return await readdir('/proc')
  } catch {
    throw new StepError('The bench reads CPU times from /proc, which only Linux has.')
  }
}

function isBelow(pid: number, parents: ReadonlyMap<number, number>): boolean {
  for (let parent = parents.get(pid); parent; parent = parents.get(parent)) {
    if (parent === process.pid) return true
  }
  return false
}
