import * as z from 'zod'
import { defineLetter } from '../mails.tsx'

export const invitationMail = defineLetter({
  name: 'auth/invitation',
  description: 'Invites somebody to make an account.',
  schema: z.object({ name: z.string(), url: z.string() }),
  example: { name: 'Ada Lovelace', url: '/account/invitation#token=example' },
  texts: {
    en: {
      subject: 'Your invitation to {brand}',
      body: 'you are invited to make an account at {brand}.',
      button: 'Make your account',
      after:
        'The link works once, for {minutes} minutes. When it is too old, it offers to send you a new one.\nIf you do not want an account, do nothing.',
    },
    de: {
      subject: 'Ihre Einladung zu {brand}',
      body: 'Sie sind eingeladen, bei {brand} ein Konto anzulegen.',
      button: 'Konto anlegen',
      after:
        'Der Link gilt einmal, {minutes} Minuten lang. Danach können Sie sich mit ihm einen neuen schicken lassen.\nWenn Sie kein Konto möchten, müssen Sie nichts tun.',
    },
    ru: {
      subject: 'Приглашение в {brand}',
      body: 'Вас приглашают создать учётную запись в {brand}.',
      button: 'Создать учётную запись',
      after:
        'Ссылка действует один раз, {minutes} минут. Позже по ней можно запросить новую.\nЕсли учётная запись вам не нужна, ничего делать не нужно.',
    },
  },
})

export const invitationMails = [invitationMail]
