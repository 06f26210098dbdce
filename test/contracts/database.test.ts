import { env } from 'cloudflare:workers'
import { createD1Driver } from '../../src/adapters/database/d1.ts'
import { createLibsqlDriver } from '../../src/adapters/database/libsql.ts'
import { libsqlUrl } from '../support/libsql.ts'
import { databaseContract } from './database.contract.ts'

databaseContract('D1', () => createD1Driver(env.DB))
databaseContract('libSQL', () => createLibsqlDriver({ url: libsqlUrl }))
