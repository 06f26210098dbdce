/**
 * The page of `/docs`: the API reference over `/openapi.json`. Its files come from our own static
 * assets below `/assets/docs/`. `?tenant=<slug>` fills in the tenant that requests are sent for.
 */
export function docsPage(): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>RusToK Edge API reference</title>
    <link rel="icon" type="image/svg+xml" href="/assets/docs/favicon.svg">
    <link rel="stylesheet" href="/assets/docs/swagger-ui.css">
    <link rel="stylesheet" href="/assets/docs/docs.css">
    <script src="/assets/docs/swagger-ui-bundle.js" defer></script>
    <script src="/assets/docs/boot.js" type="module"></script>
  </head>
  <body>
    <a class="skip" href="#reference">Skip to the operations</a>
    <header class="bar">
      <strong>API reference</strong>
      <label>Tenant <input id="tenant" name="tenant" type="text" placeholder="demo"
        autocomplete="off" autocapitalize="none" spellcheck="false"></label>
    </header>
    <div id="reference" tabindex="-1">
      <noscript>The API reference needs JavaScript. The same document is at /openapi.json.</noscript>
    </div>
  </body>
</html>
`
}
