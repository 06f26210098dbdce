-- A post without an author or a category is in neither's list, so it has no place in their indexes.
DROP INDEX blog_posts_by_author;
DROP INDEX blog_posts_by_category;
CREATE INDEX blog_posts_by_author ON blog_posts (tenant_id, author_id, status, sort_at, id)
  WHERE author_id IS NOT NULL;
CREATE INDEX blog_posts_by_category ON blog_posts (tenant_id, category_id, status, sort_at, id)
  WHERE category_id IS NOT NULL;
