import type { Asset } from './asset.ts'

/** The API reference at `/docs`: Swagger UI and the files that start and frame it. */
export const docsAssets: readonly Asset[] = [
  { from: 'node_modules/swagger-ui-dist/swagger-ui.css', to: 'docs/swagger-ui.css' },
  { from: 'node_modules/swagger-ui-dist/swagger-ui-bundle.js', to: 'docs/swagger-ui-bundle.js' },
  { from: 'scripts/assets/docs-boot.js', to: 'docs/boot.js' },
  { from: 'scripts/assets/docs-accessible.js', to: 'docs/accessible.js' },
  { from: 'scripts/assets/docs.css', to: 'docs/docs.css' },
  { from: 'scripts/assets/favicon.svg', to: 'docs/favicon.svg' },
]
