import { env } from 'cloudflare:workers'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { createMemoryStorage } from '../../src/adapters/storage/memory.ts'
import { createR2Storage } from '../../src/adapters/storage/r2.ts'
import { createS3Storage } from '../../src/adapters/storage/s3.ts'
import { callOptions, s3Config, s3Deps } from '../support/storage-server.ts'
import { storageContract } from './storage.contract.ts'

const memory = createMemoryStorage({ clock: systemClock })

storageContract('R2', () => createR2Storage(env.FILES, callOptions))
storageContract('S3', () => createS3Storage(s3Deps, s3Config))
storageContract('memory', () => memory)
