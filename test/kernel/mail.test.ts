import { describe, expect, it } from 'vitest'
import { mailLocale } from '../../src/kernel/mail.ts'
import { formatMessage } from '../../src/kernel/message-format.ts'

describe('the locale of a mail', () => {
  const texts = { en: {}, de: {}, ru: {}, 'pt-BR': {} }

  it.each([
    [['de'], 'de'],
    [['de-AT', 'en'], 'de'],
    [['pt-BR'], 'pt-BR'],
    [['pt', 'ru'], 'ru'],
    [['zh-Hant-TW', 'pt-BR', 'de'], 'pt-BR'],
    [['ja'], 'en'],
    [[], 'en'],
    [['constructor', '__proto__'], 'en'],
  ])('for the chain %j is %s', (chain, locale) => {
    expect(mailLocale(texts, chain)).toBe(locale)
  })
})

describe('texts in ICU MessageFormat', () => {
  const mails = '{n, plural, one {# письмо} few {# письма} many {# писем} other {# письма}}'

  it.each([
    [1, '1 письмо'],
    [2, '2 письма'],
    [5, '5 писем'],
    [21, '21 письмо'],
  ])('follow the plural rules of the locale: %i', (n, text) => {
    expect(formatMessage(mails, 'ru', 'UTC', { n })).toBe(text)
  })

  it('write dates in the time zone and numbers in the words of the locale', () => {
    const values = { at: new Date('2026-01-31T23:30:00Z'), n: 1234.5 }
    const text = '{at, date, long} {at, time, short} {n, number}'
    expect(formatMessage(text, 'de', 'Europe/Berlin', values)).toBe('1. Februar 2026 00:30 1.234,5')
    expect(formatMessage(text, 'de', 'UTC', values)).toBe('31. Januar 2026 23:30 1.234,5')
  })

  it('leave tags as they are, and throw for a value that is missing', () => {
    expect(formatMessage('<b>{who}</b>', 'en', 'UTC', { who: '<i>' })).toBe('<b><i></b>')
    expect(() => formatMessage('{who}', 'en', 'UTC', {})).toThrow('who')
  })
})
