import { AppError } from '../../../../kernel/errors.ts'
import { referenceRefusals } from '../../../media/index.ts'
import { postErrors } from '../errors.ts'

const SLUG_CONSTRAINT =
  'blog_post_translations.tenant_id, blog_post_translations.locale, blog_post_translations.slug'

/** What a broken constraint means for posts. */
export const postRefusals = {
  ...referenceRefusals,
  [SLUG_CONSTRAINT]: postErrors.slugTaken,
  // Foreign keys have no name: a reference went away between the read and the commit.
  '': postErrors.unknownReference,
}

/** What a broken constraint means for the input of one post: as `postRefusals`, with the place. */
export const refusalsOfPost = {
  ...postRefusals,
  [SLUG_CONSTRAINT]: () =>
    new AppError(postErrors.slugTaken, {
      errors: [{ pointer: '/slug', detail: 'is taken in this locale', code: 'slug_taken' }],
    }),
}
