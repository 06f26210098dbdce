import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { createCloudflareImages } from '../../../src/adapters/images/cloudflare.ts'
import { imageFacts } from '../../../src/kernel/image/facts.ts'
import { images } from '../../support/images.ts'
import { imagesContract } from './images.contract.ts'
import { sourceOf, variantBytes } from './support.ts'

// -- a binding of the tests alone, so that no generated type names it
const { LOCAL_IMAGES: binding } = env as unknown as { readonly LOCAL_IMAGES: ImagesBinding }
const service = createCloudflareImages(binding)

imagesContract('Cloudflare Images', service)

it('AVIF is written by Cloudflare Images', async () => {
  const source = sourceOf(images.jpeg)
  const bytes = await variantBytes(service, { source, preset: 'small', type: 'image/avif' })
  expect(imageFacts(bytes)).toMatchObject({ type: 'image/avif', width: 48, height: 32 })
})
