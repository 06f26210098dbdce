import * as z from 'zod'
import { type MailView, defineMail } from '../../kernel/mail.ts'
import { MailButton, MailHeading, MailLayout, MailText, mailText } from '../mail/index.ts'

const welcomeProps = z.object({
  name: z.string(),
  email: z.string(),
  by: z.enum(['self', 'administrator']).meta({ description: 'Who made the account.' }),
})

type Key = 'subject' | 'hello' | 'helloNobody' | 'made' | 'login' | 'button' | 'stranger'
type View = MailView<z.infer<typeof welcomeProps>, Key>

/** The first mail that an account gets. */
export const welcomeMail = defineMail({
  name: 'auth/welcome',
  version: 1,
  description: 'Welcomes somebody whose account was made.',
  purpose: 'essential',
  schema: welcomeProps,
  example: { name: 'Ada Lovelace', email: 'ada@example.com', by: 'self' },
  texts: {
    en: {
      subject: 'Welcome to {brand}',
      hello: 'Hello {name},',
      helloNobody: 'Hello,',
      made: '{by, select, administrator {an administrator has made an account for you at {brand}.} other {your account at {brand} is ready.}}',
      login: 'You log in with {email}.',
      button: 'Go to {brand}',
      stranger: 'If you did not expect this, somebody may have mistyped an address: do nothing.',
    },
    de: {
      subject: 'Willkommen bei {brand}',
      hello: 'Guten Tag {name},',
      helloNobody: 'Guten Tag,',
      made: '{by, select, administrator {für Sie wurde bei {brand} ein Konto angelegt.} other {Ihr Konto bei {brand} ist bereit.}}',
      login: 'Sie melden sich mit {email} an.',
      button: 'Zu {brand}',
      stranger:
        'Wenn Sie das nicht erwartet haben, hat sich vielleicht jemand vertippt: Sie müssen nichts tun.',
    },
    ru: {
      subject: 'Добро пожаловать в {brand}',
      hello: 'Здравствуйте, {name}!',
      helloNobody: 'Здравствуйте!',
      made: '{by, select, administrator {Администратор создал для вас учётную запись в {brand}.} other {Ваша учётная запись в {brand} готова.}}',
      login: 'Для входа используйте адрес {email}.',
      button: 'Перейти в {brand}',
      stranger:
        'Если вы этого не ожидали, возможно, кто-то ошибся адресом: ничего делать не нужно.',
    },
  },
  subject: ({ t, brand }: View) => t('subject', { brand: brand.name }),
  html: (view: View) => {
    const { t, brand, props } = view
    const title = t('subject', { brand: brand.name })
    const made = t('made', { by: props.by, brand: brand.name })
    return (
      <MailLayout view={view} title={title} preheader={made}>
        <MailHeading>{title}</MailHeading>
        <MailText>{greeting(view)}</MailText>
        <MailText>{made}</MailText>
        <MailText>{t('login', { email: props.email })}</MailText>
        <MailButton view={view} href={view.link('/')}>
          {t('button', { brand: brand.name })}
        </MailButton>
        <MailText>{t('stranger')}</MailText>
      </MailLayout>
    )
  },
  text: (view: View) => {
    const { t, brand, props } = view
    return mailText(view, [
      greeting(view),
      t('made', { by: props.by, brand: brand.name }),
      t('login', { email: props.email }),
      view.link('/'),
      t('stranger'),
    ])
  },
})

export const mails = [welcomeMail]

/** The longest name that is greeted. */
const GREETED = 60

/** Mail programs make links of such texts, and strangers choose their names: those are not greeted. */
const LINK_LIKE = /[/\\:@]|\.\p{L}/u

function greeting({ t, props: { name } }: View): string {
  return name.length > GREETED || LINK_LIKE.test(name) ? t('helloNobody') : t('hello', { name })
}
