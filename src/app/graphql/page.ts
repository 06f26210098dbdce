/**
 * The page of GraphiQL over the GraphQL endpoint at `/graphql`. It needs a policy of
 * `script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src data:`:
 * nothing in it is inline and its files come from our own static assets below `/assets/graphiql/`.
 * `?tenant=<slug>` fills in the tenant that requests are sent for.
 */
export function graphiqlPage(): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>RusToK Edge GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/assets/graphiql/graphiql.min.css">
    <link rel="stylesheet" href="/assets/graphiql/boot.css">
    <script src="/assets/graphiql/react.production.min.js" defer></script>
    <script src="/assets/graphiql/react-dom.production.min.js" defer></script>
    <script src="/assets/graphiql/graphiql.min.js" defer></script>
    <script src="/assets/graphiql/boot.js" defer></script>
  </head>
  <body>
    <main>
      <h1 class="unseen">GraphiQL</h1>
      <div id="graphiql">
        <noscript>GraphiQL needs JavaScript. The endpoint answers POST requests at /graphql.</noscript>
      </div>
    </main>
  </body>
</html>
`
}
