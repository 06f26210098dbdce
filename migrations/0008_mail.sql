-- One message to one recipient, from the commit that wanted it until it is old.
CREATE TABLE mail_messages (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- Of the props.
  version INTEGER NOT NULL,
  locale TEXT NOT NULL,
  -- Lower case.
  recipient TEXT NOT NULL,
  recipient_name TEXT,
  -- JSON, sealed; null once nothing is to be sent any more.
  props TEXT,
  dedupe_key TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'suppressed', 'unknown')),
  -- Numbers the message's events.
  sequence INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Who was asked last, and whether it recognises a repeat.
  provider TEXT,
  repeatable INTEGER NOT NULL DEFAULT 0,
  -- Since when the outcome of a send is not known; set before the mail goes out.
  unknown_at INTEGER,
  provider_message_id TEXT,
  error TEXT,
  -- What the provider has told afterwards.
  feedback TEXT CHECK (feedback IN ('delivered', 'bounce', 'complaint', 'unsubscribed')),
  feedback_reason TEXT,
  feedback_at INTEGER,
  -- When it was queued, last.
  queued_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  sent_at INTEGER,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX mail_messages_dedupe ON mail_messages (tenant_id, dedupe_key);
CREATE INDEX mail_messages_by_state ON mail_messages (tenant_id, state, id);
CREATE INDEX mail_messages_by_recipient ON mail_messages (tenant_id, recipient, id);
-- A provider's feedback names no tenant.
CREATE INDEX mail_messages_by_id ON mail_messages (id);
CREATE INDEX mail_messages_by_receipt ON mail_messages (provider_message_id)
  WHERE provider_message_id IS NOT NULL;
CREATE INDEX mail_messages_by_age ON mail_messages (updated_at);

-- Addresses that are sent nothing, each with every reason for it.
CREATE TABLE mail_suppressions (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  -- Lower case.
  address TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('bounce', 'complaint', 'unsubscribed', 'manual')),
  note TEXT,
  -- The message that led to it.
  message_id TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX mail_suppressions_address ON mail_suppressions (tenant_id, address, reason);
