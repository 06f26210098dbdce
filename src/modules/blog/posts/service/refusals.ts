import { referenceRefusals } from '../../../media/index.ts'
import { postErrors } from '../errors.ts'

/** What a broken constraint means for a post. */
export const postRefusals = {
  ...referenceRefusals,
  'blog_post_translations.tenant_id, blog_post_translations.locale, blog_post_translations.slug':
    postErrors.slugTaken,
  // Foreign keys have no name: a reference went away between the read and the commit.
  '': postErrors.unknownReference,
}
