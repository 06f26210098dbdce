-- The audit log as a chain that shows every change made behind the platform's back.

-- `mac` is made with a row and covers it; `seq` and `chain` are given when it is sealed.
ALTER TABLE audit_log ADD COLUMN credential TEXT;
ALTER TABLE audit_log ADD COLUMN mac TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_log ADD COLUMN seq INTEGER;
ALTER TABLE audit_log ADD COLUMN chain TEXT;

-- The one index that an insert pays for; the others take sealed rows alone.
CREATE INDEX audit_log_unsealed ON audit_log (tenant_id, id) WHERE seq IS NULL;
CREATE UNIQUE INDEX audit_log_chain ON audit_log (tenant_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_log_by_actor ON audit_log (tenant_id, actor_id, id) WHERE seq IS NOT NULL;
CREATE INDEX audit_log_by_target ON audit_log (tenant_id, target_id, id) WHERE seq IS NOT NULL;
CREATE INDEX audit_log_by_request ON audit_log (tenant_id, request_id, id) WHERE seq IS NOT NULL;
CREATE INDEX audit_log_by_action ON audit_log (tenant_id, action, id) WHERE seq IS NOT NULL;

-- A chain's end, and the anchor: the entry up to which retention has removed. `mac` covers both.
-- `due_at` is when retention looks again.
CREATE TABLE audit_heads (
  tenant_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  chain TEXT NOT NULL,
  anchor_seq INTEGER NOT NULL,
  anchor_chain TEXT NOT NULL,
  mac TEXT NOT NULL,
  due_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_heads_due ON audit_heads (due_at);

CREATE TRIGGER audit_log_is_final BEFORE UPDATE ON audit_log
  WHEN OLD.seq IS NOT NULL BEGIN SELECT RAISE(ABORT, 'audit_log: sealed entries are final'); END;

-- Only what the anchor has passed, or a tenant without a chain, may go.
CREATE TRIGGER audit_log_is_kept BEFORE DELETE ON audit_log
  WHEN EXISTS (SELECT 1 FROM audit_heads h WHERE h.tenant_id = OLD.tenant_id
    AND (OLD.seq IS NULL OR OLD.seq > h.anchor_seq)) BEGIN
    SELECT RAISE(ABORT, 'audit_log: entries are kept'); END;
