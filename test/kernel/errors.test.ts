import { describe, expect, it } from 'vitest'
import { AppError, defineErrors, errors, invalid } from '../../src/kernel/errors.ts'

describe('an error catalogue', () => {
  it('gives each entry the module’s code in snake case', () => {
    const catalogue = defineErrors('blog', {
      slugTaken: [409, 'The slug is taken'],
      notFound: [404, 'No such post'],
    })
    expect(catalogue).toEqual({
      slugTaken: { code: 'blog.slug_taken', status: 409, title: 'The slug is taken' },
      notFound: { code: 'blog.not_found', status: 404, title: 'No such post' },
    })
  })

  it('of all routes has codes without a module, each once, with the status of an error', () => {
    const all = Object.values(errors)
    expect(new Set(all.map(({ code }) => code)).size).toBe(all.length)
    for (const { code, status, title } of all) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(600)
      expect(title).not.toBe('')
    }
  })
})

describe('an expected failure', () => {
  it('carries its definition and what is known beside it', () => {
    const cause = new Error('inner')
    const error = new AppError(errors.conflict, {
      detail: 'Somebody was faster.',
      errors: [{ pointer: '/slug', detail: 'is taken' }],
      headers: { 'Retry-After': '1' },
      cause,
    })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'AppError',
      message: 'Somebody was faster.',
      definition: errors.conflict,
      headers: { 'Retry-After': '1' },
      cause,
    })
  })

  it('says its title when there is no more to say', () => {
    expect(new AppError(errors.notFound)).toMatchObject({
      message: errors.notFound.title,
      detail: undefined,
      errors: undefined,
    })
  })

  it('of an input names the place', () => {
    expect(invalid('/name', 'is too long')).toMatchObject({
      definition: errors.invalidInput,
      errors: [{ pointer: '/name', detail: 'is too long' }],
    })
  })
})
