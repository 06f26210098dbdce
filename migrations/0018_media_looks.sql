-- What is known of a picture beside its size, as a JSON object; null for what is none.
ALTER TABLE media_files ADD COLUMN picture TEXT;
