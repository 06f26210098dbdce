import { readFile, readdir } from 'node:fs/promises'
import { StepError } from '../support/main.ts'

/** What only Linux has. */
const SOURCE = '/proc/*/task/*/schedstat'
/** Bytes in a page of memory. */
const PAGE = 4_096

/** The parent of a process; undefined when it has gone. */
async function parentOf(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name in parentheses may hold spaces: fields are counted from behind it (proc(5)).
  const parent = text.slice(text.lastIndexOf(')') + 2).split(' ')[1]
  return parent === undefined ? undefined : Number(parent)
}

/**
 * Adds up what the threads of a process have spent on a CPU, in µs. Linux counts it in nanoseconds for a
 * thread (`schedstat`), where the figure of a process is in hundredths of a second.
 */
function watchProcess(pid: number): () => Promise<number> {
  // A thread that has ended takes its figure with it.
  const spent = new Map<string, number>()
  return async () => {
    for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
      const path = `/proc/${pid}/task/${thread}/schedstat`
      const [nanoseconds] = (await readFile(path, 'utf8').catch(() => '')).split(' ')
      if (nanoseconds) spent.set(thread, Number(nanoseconds) / 1_000)
    }
    return [...spent.values()].reduce((sum, microseconds) => sum + microseconds, 0)
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
  const own = watchProcess(process.pid)
  if ((await own()) === 0) throw new StepError(`The bench reads CPU times from ${SOURCE}.`)
  const children = [...parents.keys()].filter((pid) => isBelow(pid, parents)).map(watchProcess)
  return async () => {
    const others = await Promise.all(children.map(async (spent) => spent()))
    const server = others.reduce((sum, microseconds) => sum + microseconds, 0)
    return { tree: server + (await own()), server }
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
    const parent = Number.isNaN(pid) ? undefined : await parentOf(pid)
    if (parent !== undefined) parents.set(pid, parent)
  }
  return parents
}

async function procEntries(): Promise<string[]> {
  try {
    return await readdir('/proc')
  } catch {
    throw new StepError(`The bench reads CPU times from ${SOURCE}.`)
  }
}

function isBelow(pid: number, parents: ReadonlyMap<number, number>): boolean {
  for (let parent = parents.get(pid); parent; parent = parents.get(parent)) {
    if (parent === process.pid) return true
  }
  return false
}
