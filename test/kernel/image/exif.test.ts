import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noNotes, readNotes, readOrientation } from '../../../src/kernel/image/exif.ts'
import { images } from '../../support/images.ts'

/** A TIFF of one directory whose entries are given as tag, type, count and value. */
function tiff(isLittle: boolean, entries: readonly (readonly number[])[], behind = ''): Uint8Array {
  const view = new DataView(new ArrayBuffer(14 + entries.length * 12))
  view.setUint32(0, isLittle ? 0x49492a00 : 0x4d4d002a)
  view.setUint32(4, 8, isLittle)
  view.setUint16(8, entries.length, isLittle)
  entries.forEach(([tag = 0, type = 0, count = 0, value = 0], index) => {
    const at = 10 + index * 12
    view.setUint16(at, tag, isLittle)
    view.setUint16(at + 2, type, isLittle)
    view.setUint32(at + 4, count, isLittle)
    view.setUint32(at + 8, value, isLittle)
  })
  return new Uint8Array([...new Uint8Array(view.buffer), ...new TextEncoder().encode(behind)])
}

describe('EXIF', () => {
  it.each([true, false])('names the camera in either byte order: %s', (isLittle) => {
    const entries = [
      [0x010f, 2, 6, 38],
      [0x0110, 2, 9, 44],
    ]
    const exif = tiff(isLittle, entries, 'Maker\0Model 5\0')
    expect(readNotes(exif)).toEqual({ ...noNotes, cameraMake: 'Maker', cameraModel: 'Model 5' })
  })

  it.each<[string, readonly number[]]>([
    ['a text that lies behind the end', [0x010f, 2, 6, 0xfffffff0]],
    ['a text of four gigabytes', [0x010f, 2, 0xffffffff, 0xffffffff]],
    ['a text that is a number', [0x010f, 3, 1, 7]],
    ['a directory that lies behind the end', [0x8769, 4, 1, 0xfffffffe]],
    ['a directory that is the one it stands in', [0x8769, 4, 1, 8]],
  ])('with %s tells nothing', (_, entry) => {
    expect(readNotes(tiff(false, [entry, [0, 0, 0, 0]]))).toEqual(noNotes)
  })

  it('of no sense harms nobody', () => {
    const beginnings = fc.constantFrom([0x49, 0x49, 0x2a, 0], [0x4d, 0x4d, 0, 0x2a], [])
    fc.assert(
      fc.property(beginnings, fc.uint8Array({ maxLength: 200 }), (beginning, rest) => {
        const exif = Uint8Array.from([...beginning, ...rest])
        expect(Object.keys(readNotes(exif))).toEqual(Object.keys(noNotes))
        expect(() => readOrientation(exif)).not.toThrow()
      }),
    )
  })

  it('of a real picture that says neither moment nor camera tells nothing', () => {
    const at = new TextDecoder('latin1').decode(images.turnedJpeg).indexOf('Exif')
    expect(readNotes(images.turnedJpeg.subarray(at))).toEqual(noNotes)
    expect(readOrientation(images.turnedJpeg.subarray(at))).toBe(6)
  })
})
