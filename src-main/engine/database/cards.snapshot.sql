CREATE TABLE card_dial (
  call_id TEXT PRIMARY KEY,
  card TEXT NOT NULL,
  dialled_at INTEGER NOT NULL,
  alerted INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  talk_ms INTEGER NOT NULL,
  ended_at INTEGER,
  cause TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX card_dial_by_card
  ON card_dial (card, dialled_at, alerted, answered, talk_ms, ended_at, cause);
