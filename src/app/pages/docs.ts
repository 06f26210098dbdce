/**
 * The Content-Security-Policy of `/docs` (CSP level 3). Nothing inline runs and nothing leaves the
 * origin; Swagger UI draws its icons from `data:` images.
 */
export const docsContentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * The page of `/docs`: the API reference over `/openapi.json`. Its files come from our own static
 * assets below `/docs/`. `?tenant=<slug>` fills in the tenant that requests are sent for.
 */
export function docsPage(): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>RusToK Edge API reference</title>
    <link rel="icon" type="image/svg+xml" href="/docs/favicon.svg">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="stylesheet" href="/docs/docs.css">
    <script src="/docs/swagger-ui-bundle.js" defer></script>
    <script src="/docs/boot.js" defer></script>
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
