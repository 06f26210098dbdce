const fill = (pattern: string) => (length: number) =>
  pattern.repeat(Math.ceil(length / pattern.length))

const around =
  (before: string, after: string) =>
  (length: number): string => {
    const times = Math.ceil(length / (before.length + after.length))
    return `${before.repeat(times)}a${after.repeat(times)}`
  }

const behind = (start: string, pattern: string) => (length: number) =>
  start + fill(pattern)(length - start.length)

function lines(length: number, line: (index: number) => string): string {
  const parts: string[] = []
  for (let size = 0; size < length; size += (parts.at(-1)?.length ?? 0) + 1) {
    parts.push(line(parts.length))
  }
  return parts.join('\n')
}

/** Texts of a wanted length that cost some Markdown renderers minutes, gigabytes or their stack. */
export const pathologicalMarkdown: Readonly<Record<string, (length: number) => string>> = {
  'open brackets': fill('['),
  'nested brackets': around('[', ']'),
  'nested links': around('[', '](b)'),
  'open links': fill('[a]('),
  'open images': fill('!['),
  'nested quotes': fill('> '),
  'nested quotes without spaces': fill('>'),
  'lazy lines in nested quotes': behind('> '.repeat(60), 'a\n'),
  'nested lists': fill('- '),
  'nested numbered lists': fill('1. '),
  'indented lists': (length) => lines(length, (index) => `${'  '.repeat(index % 400)}- a`),
  'nested emphasis': around('*a ', ' a*'),
  'nested strong emphasis': around('*a **a ', '** a*'),
  'open emphasis': fill('*a _'),
  'emphasis within words': fill('a**b c* '),
  'one run of stars on either side': around('*', '*'),
  'mixed emphasis marks': fill('*_'),
  'code marks of growing length': (length) => lines(length, (index) => `a${'`'.repeat(index)}`),
  'tilde marks': fill('~a ~~b '),
  'open tags': fill('<a '),
  'open autolinks': fill('<a:'),
  'open comments': fill('<!-- '),
  'open declarations': fill('<!A '),
  'open instructions': fill('<?'),
  'open CDATA sections': fill('<![CDATA['),
  'nested blocks of HTML': fill('<div>'),
  'nested inline HTML': behind('a ', '<b>'),
  'nested tables of HTML': fill('<table><tr><td>'),
  'misnested HTML': fill('<a><div></a><b></div><table></b>'),
  'formatting that goes on in each paragraph': (length) =>
    `${lines(length / 100, (index) => `<b id=${index}>`)}\n\n${fill('a\n\n')(length)}`,
  'one tag with many attributes': (length) => `<a ${lines(length, (index) => `b${index}`)}>`,
  'one wide table with many short rows': (length) =>
    `|${'a|'.repeat(length / 8)}\n|${'-|'.repeat(length / 8)}\n${'|\n'.repeat(length / 4)}`,
  'a long table': behind('a|b\n-|-\n', 'a|b\n'),
  'references to a long address': (length) =>
    `[a]: /${'x'.repeat(length / 2)}\n\n${'[a] '.repeat(length / 8)}`,
  'many definitions': (length) => lines(length, (index) => `[a${index}]: b`),
  entities: fill('&amp'),
  'bare hosts': fill('www.a.'),
  'bare addresses': fill('http://'),
  'bare mail addresses': fill('a.b-'),
  headings: fill('# a\n'),
  'underlined headings': fill('a\n=\n'),
  'short paragraphs': fill('a\n\n'),
  'short lines': fill('a\n'),
  spaces: behind(' ', ' '),
  fences: fill('```\n'),
  zeros: fill('\u0000'),
}
