import type { Child, FC } from 'hono/jsx'
import * as z from 'zod'
import { LAST_MAIL_LOCALE, type MailTexts, type MailView, defineMail } from '../../kernel/mail.ts'
import { formatMessage } from '../../kernel/message-format.ts'
import { inkOn } from './domain.ts'

/** What the frame of every message needs of its view. */
type Frame = Pick<MailView<unknown>, 'locale' | 'brand'>

type FrameKey = 'why' | 'noReply'

const frameTexts: MailTexts<FrameKey> = {
  en: {
    why: '{brand} sends you this mail because of your account or of something that you did there.',
    noReply: 'It was written by a machine.',
  },
  de: {
    why: '{brand} schickt Ihnen diese E-Mail wegen Ihres Kontos oder wegen etwas, das Sie dort getan haben.',
    noReply: 'Eine Maschine hat sie geschrieben.',
  },
  ru: {
    why: '{brand} отправляет вам это письмо из-за вашей учётной записи или вашего действия на сайте.',
    noReply: 'Письмо создано автоматически.',
  },
}

const RIGHT_TO_LEFT = ['ar', 'dv', 'fa', 'he', 'ku', 'ps', 'ur', 'yi']

const font = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"

/** Where a mail program knows the reader's colours; the inline ones stand for all others. */
const dark = `:root { color-scheme: light dark }
@media (prefers-color-scheme: dark) {
  .page { background-color: #16181d !important }
  .card { background-color: #22262e !important }
  .text { color: #f2f4f8 !important }
  .quiet { color: #b6bdca !important }
}`

/** The frame of a message: brand, card and last words, in tables, as mail programs need it. */
export const MailLayout: FC<{
  view: Frame
  title: string
  /** What a list of mails shows beside the subject. */
  preheader: string
  children?: Child
}> = ({ view, title, preheader, children }) => {
  const { locale } = view
  const isRightToLeft = RIGHT_TO_LEFT.includes(locale.split('-')[0] ?? '')
  return (
    <html lang={locale} dir={isRightToLeft ? 'rtl' : 'ltr'}>
      <head>
        <meta charset='utf-8' />
        <meta name='viewport' content='width=device-width, initial-scale=1' />
        <meta name='color-scheme' content='light dark' />
        <meta name='supported-color-schemes' content='light dark' />
        <meta name='format-detection' content='telephone=no, date=no, address=no, email=no' />
        <title>{title}</title>
        <style>{dark}</style>
      </head>
      <body class='page' style='margin:0;padding:0;background-color:#f2f4f8'>
        <div style='display:none;max-height:0;overflow:hidden'>{preheader}</div>
        <table
          role='presentation'
          class='page'
          width='100%'
          cellpadding='0'
          cellspacing='0'
          style='background-color:#f2f4f8'
        >
          <tr>
            <td align='center' style='padding:24px 12px'>
              <Card view={view}>{children}</Card>
            </td>
          </tr>
        </table>
      </body>
    </html>
  )
}

const Card: FC<{ view: Frame; children?: Child }> = ({ view, children }) => (
  <table
    role='presentation'
    class='card'
    width='100%'
    cellpadding='0'
    cellspacing='0'
    style='max-width:560px;background-color:#ffffff;border-radius:8px'
  >
    <tr>
      <td style='padding:28px 32px'>
        <main>
          <Brand view={view} />
          {children}
          {footerOf(view).map((line) => (
            <p
              class='quiet'
              style={`margin:16px 0 0;font:13px/1.5 ${font};color:#525a69;white-space:pre-line`}
            >
              {line}
            </p>
          ))}
        </main>
      </td>
    </tr>
  </table>
)

const Brand: FC<{ view: Frame }> = ({ view: { brand } }) =>
  brand.logoUrl === undefined ? (
    <p class='text' style={`margin:0;font:600 16px/1.5 ${font};color:#16181d`}>
      {brand.name}
    </p>
  ) : (
    <img
      src={brand.logoUrl}
      alt={brand.name}
      height='40'
      style={`display:block;height:40px;max-width:240px;border:0;font:600 16px/40px ${font}`}
    />
  )

/** The heading of a message; one of them. */
export const MailHeading: FC<{ children?: Child }> = ({ children }) => (
  <h1 class='text' style={`margin:12px 0;font:600 22px/1.3 ${font};color:#16181d`}>
    {children}
  </h1>
)

/** A paragraph of a message. */
export const MailText: FC<{ children?: Child }> = ({ children }) => (
  <p class='text' style={`margin:12px 0;font:16px/1.5 ${font};color:#16181d`}>
    {children}
  </p>
)

/** A link that looks like a button, in the tenant's colour; nothing where there is no address. */
export const MailButton: FC<{ view: Frame; href: string | undefined; children?: Child }> = ({
  view: { brand },
  href,
  children,
}) =>
  href === undefined ? (
    <></>
  ) : (
    <p style='margin:20px 0'>
      <a
        href={href}
        style={`display:inline-block;padding:12px 20px;border-radius:6px;background-color:${brand.color};color:${inkOn(brand.color)};font:600 16px/1.25 ${font};text-decoration:none`}
      >
        {children}
      </a>
    </p>
  )

/** The plain text part: paragraphs and the last words of the frame. What is undefined is left out. */
export function mailText(view: Frame, paragraphs: readonly (string | undefined)[]): string {
  const body = paragraphs.filter((paragraph) => paragraph !== undefined)
  return `${[...body, '-- ', ...footerOf(view)].join('\n\n')}\n`
}

function footerOf({ locale, brand }: Frame): string[] {
  const texts = frameTexts[locale] ?? frameTexts[LAST_MAIL_LOCALE]
  const words = [
    formatMessage(texts.why, locale, 'UTC', { brand: brand.name }),
    formatMessage(texts.noReply, locale, 'UTC', {}),
  ].join(' ')
  return brand.footer === '' ? [words] : [words, brand.footer]
}

const sentAt = '2026-01-31T12:00:00.000Z'

/** What `mail:test` sends. */
export const testMail = defineMail({
  name: 'mail/test',
  version: 1,
  description: 'Shows that mails arrive and how they look.',
  purpose: 'essential',
  schema: z.object({ sentAt: z.iso.datetime() }),
  example: { sentAt },
  texts: {
    en: {
      subject: 'A test mail of {brand}',
      body: 'Mails of {brand} arrive. This one was sent on {at, date, long} at {at, time, long}.',
      button: 'Open {brand}',
    },
    de: {
      subject: 'Eine Test-E-Mail von {brand}',
      body: 'E-Mails von {brand} kommen an. Diese wurde am {at, date, long} um {at, time, long} verschickt.',
      button: '{brand} öffnen',
    },
    ru: {
      subject: 'Проверочное письмо от {brand}',
      body: 'Письма от {brand} доходят. Это отправлено {at, date, long} в {at, time, long}.',
      button: 'Открыть {brand}',
    },
  },
  subject: ({ t, brand }) => t('subject', { brand: brand.name }),
  html: (view) => {
    const { t, brand, props } = view
    const title = t('subject', { brand: brand.name })
    const body = t('body', { brand: brand.name, at: new Date(props.sentAt) })
    return (
      <MailLayout view={view} title={title} preheader={body}>
        <MailHeading>{title}</MailHeading>
        <MailText>{body}</MailText>
        <MailButton view={view} href={view.link('/')}>
          {t('button', { brand: brand.name })}
        </MailButton>
      </MailLayout>
    )
  },
  text: (view) => {
    const { t, brand, props } = view
    return mailText(view, [
      t('subject', { brand: brand.name }),
      t('body', { brand: brand.name, at: new Date(props.sentAt) }),
      view.link('/'),
    ])
  },
})

export const mails = [testMail]
