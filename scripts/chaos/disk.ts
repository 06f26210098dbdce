import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StepError } from '../support/main.ts'
import { capture } from '../support/process.ts'

/** A small disk of its own, in memory. */
export interface SmallDisk {
  /** Leaves no room at all. */
  fill(): Promise<void>
  /** Gives the room back. */
  free(): Promise<void>
  unmount(): Promise<void>
}

const SIZE = '512m'
const MIB = 1_048_576

/** Mounts a tmpfs (tmpfs(5)) over an empty folder. Throws `StepError` without the right to. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk> {
  const { code, stderr } = await capture([
    'mount',
    '-t',
    'tmpfs',
    '-o',
    `size=${SIZE}`,
    'tmpfs',
    folder,
  ])
  if (code !== 0) throw new StepError(`A small disk could not be mounted:\n${stderr}`)
  const ballast = join(folder, 'ballast')
  return {
    async fill() {
      const file = await open(ballast, 'w')
      try {
        for (let size = MIB; size >= 1; size = Math.floor(size / 2)) {
          await untilFull(() => file.appendFile(Buffer.alloc(size)))
        }
      } finally {
        await file.close()
      }
    },
    free: () => rm(ballast, { force: true }),
    async unmount() {
      await capture(['umount', '--lazy', folder])
    },
  }
}

async function untilFull(write: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await write()
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return
      throw error
    }
  }
}
