/** The pages that links of mails lead to where a tenant has named none of its own. */
export const ACCOUNT_PAGES: readonly string[] = ['verify', 'reset', 'email', 'invitation']

/**
 * The page of `/account/{page}`. It holds nothing of the tenant or the user: its script from our own
 * files reads the token from the address's fragment and sends it to the API when a button is pressed.
 */
export function accountPage(): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>Your account</title>
    <link rel="icon" type="image/svg+xml" href="/assets/docs/favicon.svg">
    <link rel="stylesheet" href="/assets/account/account.css">
    <script src="/assets/account/account.js" type="module"></script>
  </head>
  <body>
    <main>
      <h1 id="title">Your account</h1>
      <form id="form" hidden>
        <p id="text"></p>
        <label id="name-label" hidden><span></span>
          <input id="name" name="name" autocomplete="name" maxlength="200"></label>
        <label id="password-label" hidden><span></span>
          <input id="password" name="password" type="password" autocomplete="new-password"
            minlength="8" maxlength="128"></label>
        <button id="send"></button>
      </form>
      <p id="outcome" role="status"></p>
      <noscript>This page needs JavaScript.</noscript>
    </main>
  </body>
</html>
`
}
