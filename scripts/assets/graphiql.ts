import type { Asset } from './asset.ts'

/** GraphiQL and what it runs on, as their packages build them for browsers, and what starts it. */
export const graphiqlAssets: readonly Asset[] = [
  { from: 'node_modules/graphiql/graphiql.min.js', to: 'graphiql/graphiql.min.js' },
  { from: 'node_modules/graphiql/graphiql.min.css', to: 'graphiql/graphiql.min.css' },
  {
    from: 'node_modules/react/umd/react.production.min.js',
    to: 'graphiql/react.production.min.js',
  },
  {
    from: 'node_modules/react-dom/umd/react-dom.production.min.js',
    to: 'graphiql/react-dom.production.min.js',
  },
  { from: 'node_modules/graphiql/LICENSE', to: 'graphiql/LICENSE' },
  { from: 'scripts/assets/graphiql-boot.js', to: 'graphiql/boot.js' },
  { from: 'scripts/assets/graphiql-boot.css', to: 'graphiql/boot.css' },
]
