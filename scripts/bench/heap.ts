import * as z from 'zod'
import { StepError } from '../support/main.ts'

/** What an isolate holds, by the inspector of its runtime. */
export interface HeapWatch {
  /** Bytes of objects, of the embedder's objects and of buffers, with what nobody needs any more. */
  used(): Promise<number>
  close(): void
}

const targets = z.array(z.object({ id: z.string(), webSocketDebuggerUrl: z.string() }))
const usage = z.object({
  usedSize: z.number(),
  embedderHeapUsedSize: z.number().default(0),
  backingStorageSize: z.number().default(0),
})
const message = z.object({ id: z.number().optional(), result: z.unknown() })

/**
 * Opens the inspector of a Worker (chromedevtools.github.io/devtools-protocol, `Runtime.getHeapUsage`).
 * Throws `StepError` when there is no such Worker.
 */
export async function watchHeap(inspector: URL | undefined, worker: string): Promise<HeapWatch> {
  if (!inspector) throw new StepError('The runtime has no inspector')
  const response = await fetch(`http://${inspector.host}/json/list`)
  const found = targets.parse(await response.json()).find(({ id }) => id.endsWith(`:${worker}`))
  if (!found) throw new StepError(`The inspector knows no Worker ${worker}`)
  const socket = new WebSocket(found.webSocketDebuggerUrl)
  const waiting = new Map<number, (result: unknown) => void>()
  let last = 0
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = message.parse(JSON.parse(String(data)))
    if (id !== undefined) waiting.get(id)?.(result)
  })
  const ask = (method: string): Promise<unknown> =>
    new Promise((resolve) => {
      last += 1
      waiting.set(last, resolve)
      socket.send(JSON.stringify({ id: last, method }))
    })
  return {
    async used() {
      const { usedSize, embedderHeapUsedSize, backingStorageSize } = usage.parse(
        await ask('Runtime.getHeapUsage'),
      )
      return usedSize + embedderHeapUsedSize + backingStorageSize
    },
    close: () => socket.close(),
  }
}
