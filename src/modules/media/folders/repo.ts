import { and, eq, sql } from 'drizzle-orm'
import { builder, columns, prepare } from '../../../kernel/statement.ts'
import type { Write } from '../../commit/index.ts'
import { folders } from './tables.ts'
import type { Folder } from './types.ts'

const folderColumns = columns({
  id: folders.id,
  parentId: folders.parentId,
  name: folders.name,
  version: folders.version,
})

export const findFolder = prepare((bind) =>
  builder
    .select(folderColumns)
    .from(folders)
    .where(and(eq(folders.tenantId, bind('tenantId')), eq(folders.id, bind('id')))),
)

/** Every folder of a tenant; the tree is bounded by `limits.media.folders`. */
export const listFolders = prepare((bind) =>
  builder
    .select(folderColumns)
    .from(folders)
    .where(eq(folders.tenantId, bind('tenantId')))
    .orderBy(folders.tenantId, folders.parentId, folders.name, folders.id)
    .limit(sql.placeholder('limit')),
)

const insertRow = prepare((bind) =>
  builder.insert(folders).values({
    tenantId: bind('tenantId'),
    id: bind('id'),
    parentId: bind('parentId'),
    name: bind('name'),
    version: bind('version'),
    createdAt: bind('now'),
    updatedAt: bind('now'),
  }),
)

const updateRow = prepare((bind) =>
  builder
    .update(folders)
    .set({
      parentId: bind('parentId'),
      name: bind('name'),
      version: sql`${folders.version} + 1`,
      updatedAt: bind('now'),
    })
    .where(
      and(
        eq(folders.tenantId, bind('tenantId')),
        eq(folders.id, bind('id')),
        eq(folders.version, bind('replaces')),
      ),
    ),
)

const deleteRow = prepare((bind) =>
  builder
    .delete(folders)
    .where(
      and(
        eq(folders.tenantId, bind('tenantId')),
        eq(folders.id, bind('id')),
        eq(folders.version, bind('replaces')),
      ),
    ),
)

export function insertFolder(tenantId: string, folder: Folder, now: number): Write {
  return { statement: insertRow({ tenantId, ...folder, now }) }
}

/** Replaces the version before the folder’s. */
export function updateFolder(tenantId: string, folder: Folder, now: number): Write {
  const replaces = folder.version - 1
  return {
    statement: updateRow({ tenantId, ...folder, replaces, now }),
    guard: 'version_matches',
  }
}

export function deleteFolder(tenantId: string, id: string, replaces: number): Write {
  return { statement: deleteRow({ tenantId, id, replaces }), guard: 'version_matches' }
}
