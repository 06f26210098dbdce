import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Program, Visitor, type VisitorObject, parseSync } from 'oxc-parser'
import { StepError } from '../support/main.ts'
import { inRoot } from '../support/paths.ts'

/** A file with its text. The path counts from the root, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** Folders whose files are nobody's to judge: packages, and what is generated. */
const FOREIGN = /(^|\/)(node_modules|\.[^/]+)\//

/** Every file of ours below a folder of the repository, by path. */
export async function filesIn(folder: string): Promise<SourceFile[]> {
  const entries = await readdir(inRoot(folder), { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(inRoot().length + 1))
    .filter((path) => !FOREIGN.test(path))
    .sort()
  return Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(inRoot(path), 'utf8') })),
  )
}

/** Every TypeScript file below a folder, by path. */
export async function sourcesIn(folder: string): Promise<SourceFile[]> {
  return (await filesIn(folder)).filter(({ path }) => /\.tsx?$/.test(path))
}

/** `path:line` of an offset into a file. */
export function placeOf({ path, text }: SourceFile, offset: number): string {
  return `${path}:${text.slice(0, offset).split('\n').length}`
}

/** The syntax tree of a file. Throws `StepError` for a file that cannot be parsed. */
export function parse({ path, text }: SourceFile): Program {
  const { program, errors } = parseSync(path, text)
  const [error] = errors
  if (error) throw new StepError(`${path} cannot be parsed: ${error.message}`)
  return program
}

/** Calls the visitor for the nodes of a file. */
export function visit(file: SourceFile, visitor: VisitorObject): void {
  new Visitor(visitor).visit(parse(file))
}

/** A module that a file imports or exports from, with the offset of its name. */
export interface ImportedModule {
  readonly specifier: string
  readonly offset: number
  /** True when nothing of it is left at run time. */
  readonly typesOnly: boolean
}

interface Source {
  readonly value: unknown
  readonly start: number
}

/** Every module that a file names in an import, an export from or a dynamic import. */
export function importsOf(file: SourceFile): ImportedModule[] {
  const found: ImportedModule[] = []
  const note = (source: Source | null, kind: string | null | undefined): void => {
    if (!source || typeof source.value !== 'string') return
    found.push({ specifier: source.value, offset: source.start, typesOnly: kind === 'type' })
  }
  visit(file, {
    ImportDeclaration: (node) => note(node.source, node.importKind),
    ExportAllDeclaration: (node) => note(node.source, node.exportKind),
    ExportNamedDeclaration: (node) => note(node.source, node.exportKind),
    ImportExpression: (node) => {
      if (node.source.type === 'Literal') note(node.source, 'value')
    },
    TSImportType: (node) => note(node.source, 'type'),
  })
  return found
}
