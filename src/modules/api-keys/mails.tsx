import * as z from 'zod'
import { type MailView, defineMail } from '../../kernel/mail.ts'
import { MailHeading, MailLayout, MailText, mailText } from '../mail/index.ts'

const props = z.object({
  prefix: z.string().meta({ description: 'How the key begins.' }),
  scopes: z.int().meta({ description: 'How many permissions it has.' }),
})

type Key = 'subject' | 'made' | 'stranger'
type View = MailView<z.infer<typeof props>, Key>

/** Tells a user that a key was made that acts for it. Its name is left out: a thief would choose it. */
export const keyCreatedMail = defineMail({
  name: 'keys/created',
  version: 1,
  description: 'Tells a user of a new API key.',
  purpose: 'essential',
  schema: props,
  example: { prefix: 'rtk_AZMffnwR', scopes: 2 },
  texts: {
    en: {
      subject: 'A new API key for your account at {brand}',
      made: 'An API key that begins with {prefix} was made with your account. It has {scopes, plural, one {# permission} other {# permissions}} and acts in your name.',
      stranger: 'If this was not you, revoke the key and change your password.',
    },
    de: {
      subject: 'Ein neuer API-Schlüssel für Ihr Konto bei {brand}',
      made: 'Mit Ihrem Konto wurde ein API-Schlüssel erstellt, der mit {prefix} beginnt. Er hat {scopes, plural, one {# Berechtigung} other {# Berechtigungen}} und handelt in Ihrem Namen.',
      stranger:
        'Wenn Sie das nicht waren, widerrufen Sie den Schlüssel und ändern Sie Ihr Passwort.',
    },
    ru: {
      subject: 'Новый API-ключ для вашей учётной записи в {brand}',
      made: 'С вашей учётной записью создан API-ключ, который начинается с {prefix}. У него {scopes, plural, one {# разрешение} few {# разрешения} many {# разрешений} other {# разрешения}}, и он действует от вашего имени.',
      stranger: 'Если это были не вы, отзовите ключ и смените пароль.',
    },
  },
  subject: ({ t, brand }: View) => t('subject', { brand: brand.name }),
  html: (view: View) => {
    const { t, brand } = view
    const title = t('subject', { brand: brand.name })
    const made = t('made', view.props)
    return (
      <MailLayout view={view} title={title} preheader={made}>
        <MailHeading>{title}</MailHeading>
        <MailText>{made}</MailText>
        <MailText>{t('stranger')}</MailText>
      </MailLayout>
    )
  },
  text: (view: View) => mailText(view, [view.t('made', view.props), view.t('stranger')]),
})
