import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonError, parseJson } from '../../src/kernel/json.ts'

const nested = (open: string, close: string, depth: number) =>
  open.repeat(depth) + '1' + close.repeat(depth)

const malformed = [
  ['nothing', ''],
  ['blanks only', ' \n\t '],
  ['a byte order mark', '\ufeff{}'],
  ['two values', '1 2'],
  ['a value and a brace', '{}}'],
  ['an unclosed array', '["x"'],
  ['an unclosed object', '{"a":'],
  ['an unclosed string', '"x'],
  ['crossed brackets', '[{]}'],
  ['a trailing comma in an array', '[1,]'],
  ['a trailing comma in an object', '{"a":1,}'],
  ['a double comma', '[1,,2]'],
  ['a leading comma', '[,1]'],
  ['a missing colon', '{"a" 1}'],
  ['a double colon', '{"a"::1}'],
  ['a bare name', '{a:1}'],
  ['a number as a name', '{1:1}'],
  ['single quotes', "{'a':1}"],
  ['a leading zero', '01'],
  ['a plus sign', '+1'],
  ['a number without digits after the point', '1.'],
  ['a number without digits before the point', '.5'],
  ['an unfinished exponent', '1e'],
  ['a hexadecimal number', '0x1'],
  ['NaN', 'NaN'],
  ['Infinity', '-Infinity'],
  ['a capital literal', 'True'],
  ['a cut literal', 'nul'],
  ['undefined', 'undefined'],
  ['a comment', '[1 /* one */]'],
  ['a line comment', '1 // one'],
  ['a raw tab in a string', '"a\tb"'],
  ['a raw line break in a string', '"a\nb"'],
  ['a raw null character in a string', '"a\u0000b"'],
  ['an unknown escape', String.raw`"\x41"`],
  ['a cut unicode escape', String.raw`"\u00"`],
  ['a form feed between values', '[\f1]'],
  ['a no-break space between values', '[\u00a01]'],
] as const

const wellFormed = [
  ['blanks around', ' \r\n\t{ } ', {}],
  ['a lone value', '"x"', 'x'],
  ['literals', '[true,false,null]', [true, false, null]],
  ['numbers', '[-0.5e+2,1E1,0]', [-50, 10, 0]],
  ['escapes', String.raw`"\"\\\/\b\f\n\r\té🛒"`, '"\\/\b\f\n\r\té\u{1f6d2}'],
  ['brackets and colons in strings', '{"a:{[":"]}:,"}', { 'a:{[': ']}:,' }],
  ['an escaped quote at the end of a name', String.raw`{"a\"":1,"a":2}`, { 'a"': 1, a: 2 }],
  ['a backslash at the end of a name', String.raw`{"a\\":1,"a":2}`, { 'a\\': 1, a: 2 }],
  ['the same name in different objects', '{"a":{"a":1},"b":[{"a":1},{"a":2}]}', undefined],
  ['a name that is also a value', '{"a":"b","b":"a"}', { a: 'b', b: 'a' }],
  ['an empty name', '{"":1}', { '': 1 }],
] as const

describe('a JSON body', () => {
  it.each(malformed)('is refused with %s', (_, text) => {
    expect(() => parseJson(text, 64)).toThrow(JsonError)
  })

  it.each(wellFormed)('is read with %s', (_, text, expected) => {
    expect(parseJson(text, 64)).toEqual(expected ?? JSON.parse(text))
  })

  it.each([
    ['twice', '{"a":1,"a":1}'],
    ['once escaped', String.raw`{"a":1,"\u0061":2}`],
    ['twice escaped', String.raw`{"\u0061":1,"\u0061":2}`],
    ['with values between', '{"a":{"b":[1,{"c":2}]},"d":3,"a":4}'],
    ['deep inside', '[{"x":[{"a":1,"b":2,"a":3}]}]'],
    ['as the prototype', '{"__proto__":1,"__proto__":2}'],
    ['as the empty name', '{"":1,"":2}'],
  ])('is refused when it names a member twice: %s', (_, text) => {
    expect(() => parseJson(text, 64)).toThrow(/^names the member "\w*" twice$/)
  })

  it('is told the member that it names twice, and no more of it than helps', () => {
    expect(() => parseJson(String.raw`{"a\"b":1,"a\u0022b":2}`, 64)).toThrow(
      String.raw`names the member "a\"b" twice`,
    )
    const long = JSON.stringify('n'.repeat(5_000))
    expect(() => parseJson(`{${long}:1,${long}:2}`, 64)).toThrow(
      `names the member "${'n'.repeat(100)}" twice`,
    )
  })

  it.each([
    ['a value', String.raw`{"title":"\ud800x"}`, 10],
    ['an item', String.raw`["é","x\uDFFF"]`, 6],
    ['a name', String.raw`{"\uDbFfx":1}`, 2],
    ['the wrong order', String.raw`["\udc00\ud800"]`, 2],
    ['a pair that is cut by another escape', String.raw`["\ud83d\n\uded2"]`, 2],
  ])('is refused with half a surrogate pair in %s, and told where', (_, text, at) => {
    expect(() => parseJson(text, 64)).toThrow(
      `holds half a surrogate pair in the string at line 1, column ${at}`,
    )
  })

  it.each([
    ['nothing', '', 1, 1],
    ['blanks alone', ' \n ', 2, 2],
    ['a byte order mark', '\ufeff{}', 1, 1],
    ['what comes after the end', '{}\n]', 2, 1],
    ['what is left open', '{\n "a":[1, 2', 2, 11],
    ['an unclosed string', '{"a":\n"b, "c":1}', 2, 6],
    ['a bracket of the other kind', '{"a":[1}', 1, 8],
    ['a trailing comma in an array', '[1,\r\n]', 2, 1],
    ['a trailing comma in an object', '{"a":1,}', 1, 8],
    ['a leading comma', '[,1]', 1, 2],
    ['a missing comma', '[1 "x"]', 1, 4],
    ['a missing colon', '{"a" 1}', 1, 6],
    ['a missing value', '{"a":}', 1, 6],
    ['a bare name after empty brackets', '{"a":{},"b":[],c}', 1, 16],
    ['a bare name', '{"a":{b:1}}', 1, 7],
    ['a name that is no string', '{"a":1,2:3}', 1, 8],
    ['single quotes', '{"a":1,\n\'b\':2}', 2, 1],
    ['a word', '{"a":[true,null,undefined]}', 1, 17],
    ['a number of another notation', '[-1.5e+3,0,01]', 1, 13],
    ['a comment', '[1 /* one */]', 1, 4],
    ['an unknown escape', String.raw`["\u00e9\n","\x41"]`, 1, 13],
    ['a raw line break in a string', '["a\nb"]', 1, 2],
  ])('is told where it ceases to be JSON: %s', (_, text, line, column) => {
    expect(() => parseJson(text, 64)).toThrow(
      new JsonError(`is not JSON at line ${line}, column ${column}`),
    )
  })

  it('of the size of an import is told so too', () => {
    for (const piece of ['\\n', 'x', '\\u00e9'])
      expect(() => parseJson(`["${piece.repeat(4_194_304 / piece.length)}`, 64)).toThrow(
        'is not JSON at line 1, column 2',
      )
    expect(() => parseJson('['.repeat(4_194_304), 64)).toThrow('column 4194305')
  })

  it('is refused wherever it is cut, at its end', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(), (text, cut) => {
        const part = `{"a":[${text.slice(0, cut % text.length)}`
        expect(() => parseJson(part, 64)).toThrow(/^is not JSON at line \d+, column \d+$/)
      }),
    )
  })

  it('may spell a surrogate pair, and speak of one', () => {
    const text = String.raw`{"\ud83d\uded2":"\uD83D\uDED2","said":"\\ud800"}`
    expect(parseJson(text, 64)).toEqual({ '\u{1f6d2}': '\u{1f6d2}', said: '\\ud800' })
  })

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
    ['both', '[{"a":', '}]'],
  ])('may be nested 64 levels deep in %s and not one more', (_, open, close) => {
    const levels = open === '[{"a":' ? 32 : 64
    expect(() => parseJson(nested(open, close, levels), 64)).not.toThrow()
    expect(() => parseJson(`[${nested(open, close, levels)}]`, 64)).toThrow(
      'is nested deeper than 64 levels',
    )
  })

  it('may be as wide as it likes', () => {
    expect(parseJson(`[${'[],'.repeat(5_000)}[]]`, 2)).toHaveLength(5_001)
  })

  it('of 20,000 levels is refused and breaks nothing', () => {
    expect(() => parseJson(nested('[', ']', 20_000), 64)).toThrow(JsonError)
  })

  it('has the value that every parser gives it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        expect(parseJson(text, 64)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('is refused with a repeated name wherever that stands', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (name, first, second) => {
        const key = JSON.stringify(name)
        const text = `{${key}:${JSON.stringify(first)},${key}:${JSON.stringify(second)}}`
        expect(() => parseJson(text, 64)).toThrow(JsonError)
      }),
    )
  })
})
