import { describe, expect, it } from 'vitest'
import { mayBe, mediaTypeOf } from '../../src/kernel/media-type.ts'

/** Bytes of characters of Latin-1, with zeros behind them. */
function bytes(text: string): Uint8Array {
  const all = new Uint8Array(Math.max(32, text.length))
  for (let at = 0; at < text.length; at++) all[at] = text.charCodeAt(at)
  return all
}

describe('the type of a file by its first bytes', () => {
  it.each([
    ['\u00ff\u00d8\u00ff\u00e0', 'image/jpeg'],
    ['\u0089PNG\r\n\u001a\n', 'image/png'],
    ['GIF89a', 'image/gif'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
    ['\0\0\0\u0020ftypavif', 'image/avif'],
    ['RIFF\0\0\0\0WAVEfmt ', 'audio/wav'],
    ['ID3\u0004', 'audio/mpeg'],
    ['\u00ff\u00fb\u0090\0', 'audio/mpeg'],
    ['\0\0\0\u0020ftypM4A ', 'audio/mp4'],
    ['OggS\0', 'audio/ogg'],
    ['fLaC', 'audio/flac'],
    ['\0\0\0\u0020ftypisom', 'video/mp4'],
    ['\0\0\0\u0020ftypqt  ', 'video/quicktime'],
    ['\u001aE\u00df\u00a3\u0001B\u0082\u0084webm', 'video/webm'],
    ['%PDF-1.7', 'application/pdf'],
    ['PK\u0003\u0004', 'application/zip'],
  ])('%j is %s', (text, type) => {
    expect(mediaTypeOf(bytes(text))).toBe(type)
  })

  it.each([
    ['a file of nothing', ''],
    ['a program of Windows', 'MZ\u0090\0\u0003'],
    ['a program of Linux', '\u007fELF'],
    ['Matroska', '\u001aE\u00df\u00a3\u0001B\u0082\u0088matroska'],
    ['a container of another brand', '\0\0\0\u0020ftypheic'],
    ['an MPEG frame of no bit rate', '\u00ff\u00fb\u0000\0'],
    ['an MPEG frame of another layer', '\u00ff\u00fd\u0090\0'],
  ])('%s is none', (_, text) => {
    expect(mediaTypeOf(bytes(text))).toBeUndefined()
  })

  const utf8 = (text: string) => new TextEncoder().encode(text)

  it.each(['Text', 'a,b\n1,2\n', '{"a":1}', 'Ünïcödé \u{1f600}', '\ufeffText', 'a < b'])(
    '%j is text',
    (text) => expect(mediaTypeOf(utf8(text))).toBe('text/plain'),
  )

  it.each(['<html>', '\ufeff<svg/>', '\n <?xml version="1.0"?>', '<!-- x --><script>', 'a\0b', ''])(
    '%j is none, since it is markup or no text',
    (text) => expect(mediaTypeOf(utf8(text))).toBeUndefined(),
  )

  it('is text though its last character is cut off, and none when it is no UTF-8', () => {
    expect(mediaTypeOf(utf8('äöü').slice(0, 5))).toBe('text/plain')
    expect(mediaTypeOf(new Uint8Array([0x61, 0xe4, 0x62]))).toBeUndefined()
  })
})

it('what a client declares is believed only where it does not contradict the bytes', () => {
  expect(mayBe('image/jpg', 'image/jpeg')).toBe(true)
  expect(mayBe('', 'image/jpeg')).toBe(true)
  expect(mayBe('application/octet-stream', 'image/jpeg')).toBe(true)
  expect(mayBe('text/csv; charset=utf-8', 'text/plain')).toBe(true)
  expect(mayBe('audio/ogg', 'video/webm')).toBe(true)
  expect(mayBe('image/png', 'text/plain')).toBe(false)
  expect(mayBe('video/mp4', 'image/png')).toBe(false)
  expect(mayBe('text/html', 'image/png')).toBe(false)
})
