-- The directory as it is looked after here.

-- A record stands as it was changed here and approved (`own`), else as its source has it (`record`). `own_base` is the
-- source's record that the change was made from: when the source changes as well, the two are brought together.
ALTER TABLE organisation ADD COLUMN own TEXT;
ALTER TABLE organisation ADD COLUMN own_base TEXT;
ALTER TABLE service ADD COLUMN own TEXT;
ALTER TABLE service ADD COLUMN own_base TEXT;
ALTER TABLE site ADD COLUMN own TEXT;
ALTER TABLE site ADD COLUMN own_base TEXT;

-- Goes up with every change of what the directory shows, so that whoever keeps it in memory knows when to read again.
CREATE TABLE directory_state (
    id      BIGINT PRIMARY KEY,        -- 1: everything; 2: places alone
    version BIGINT NOT NULL
);

-- How a record stood before it was changed. Never changed, never deleted.
CREATE TABLE directory_past (
    id     TEXT PRIMARY KEY,
    kind   TEXT NOT NULL,              -- organisation, service or site
    entry  TEXT NOT NULL,
    record TEXT NOT NULL,              -- JSON, as it stood
    until  TEXT NOT NULL,
    how    TEXT NOT NULL,              -- import, edit or undo: what ended it
    actor  TEXT NOT NULL
);
CREATE INDEX directory_past_by_entry ON directory_past (entry, until);
CREATE INDEX directory_past_by_moment ON directory_past (until);

-- Which organisation of the directory is looked after by which organisation that takes part.
CREATE TABLE directory_keeper (
    id           TEXT PRIMARY KEY,
    organisation TEXT NOT NULL REFERENCES organisation (id),
    partner      TEXT NOT NULL REFERENCES partner (id),
    since        TEXT NOT NULL,
    until        TEXT
);
CREATE UNIQUE INDEX directory_keeper_held ON directory_keeper (organisation, partner) WHERE until IS NULL;
CREATE INDEX directory_keeper_by_partner ON directory_keeper (partner);

-- Changes that somebody proposes and somebody else decides on.
CREATE TABLE directory_edit (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    entry      TEXT NOT NULL,          -- of a new record: the identifier that it will have
    is_new     BIGINT NOT NULL,
    partner    TEXT REFERENCES partner (id), -- for which organisation; nothing: for the programme, or by a source
    actor      TEXT NOT NULL,
    base       TEXT NOT NULL,          -- JSON: what it was made from; of a new record, what it belongs to
    proposed   TEXT NOT NULL,          -- JSON
    place      TEXT,                   -- JSON: a site that is to be made with it
    note       TEXT,
    made_at    TEXT NOT NULL,
    state      TEXT NOT NULL,          -- waiting, approved, refused or withdrawn
    decided_at TEXT,
    decided_by TEXT,
    reason     TEXT
);
CREATE INDEX directory_edit_by_entry ON directory_edit (entry, made_at);
CREATE INDEX directory_edit_by_state ON directory_edit (state, made_at);

-- Who found that a service is as the directory says, against what, and when.
CREATE TABLE directory_check (
    id         TEXT PRIMARY KEY,
    service    TEXT NOT NULL REFERENCES service (id),
    checked_on TEXT NOT NULL,          -- a day
    against    TEXT NOT NULL,          -- link, telephone, website, visit or keeper
    actor      TEXT NOT NULL,
    note       TEXT,
    at         TEXT NOT NULL
);
CREATE INDEX directory_check_by_service ON directory_check (service, checked_on);

-- Links by which whoever runs a service says that it is still so, and which reminders went out.
CREATE TABLE directory_reminder (
    id      TEXT PRIMARY KEY,
    token   TEXT NOT NULL UNIQUE,      -- SHA-256
    service TEXT NOT NULL REFERENCES service (id),
    stage   TEXT NOT NULL,             -- soon, due or hidden
    due_on  TEXT NOT NULL,             -- the day that it is about
    made_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    used_at TEXT,
    UNIQUE (service, stage, due_on)
);

-- Whether there is room, as the provider last said.
CREATE TABLE availability (
    service    TEXT PRIMARY KEY REFERENCES service (id),
    state      TEXT NOT NULL,          -- open, waiting or full
    places     BIGINT,                 -- free now; nothing: not said
    wait_weeks BIGINT,
    said_at    TEXT NOT NULL,
    actor      TEXT NOT NULL
);

-- Who is told when a record changes.
CREATE TABLE directory_watch (
    account TEXT NOT NULL REFERENCES account (id),
    kind    TEXT NOT NULL,
    entry   TEXT NOT NULL,
    since   TEXT NOT NULL,
    PRIMARY KEY (account, kind, entry)
);
CREATE INDEX directory_watch_by_entry ON directory_watch (entry);

-- What terms of the sources mean, where somebody said so on a page; it counts before directory.toml.
CREATE TABLE directory_term (
    term       TEXT PRIMARY KEY,       -- small letters
    topics     TEXT NOT NULL,          -- keys with spaces between them; empty: none of the sixteen
    changed_at TEXT NOT NULL,
    actor      TEXT NOT NULL
);

-- Feeds that are fetched again and again.
CREATE TABLE directory_feed (
    id         TEXT PRIMARY KEY,
    source     TEXT NOT NULL UNIQUE,   -- the name under which it is imported
    address    TEXT NOT NULL,
    every_days BIGINT NOT NULL,        -- 0: only when somebody asks
    next_on    TEXT,                   -- a day
    made_at    TEXT NOT NULL,
    ended_at   TEXT
);

-- What a file or an address held, read and not yet taken over; and what became of it.
CREATE TABLE directory_import (
    id       TEXT PRIMARY KEY,
    source   TEXT NOT NULL,
    came     TEXT NOT NULL,            -- the name of the file, or the address without its query
    address  TEXT,                     -- the whole address, until it was decided
    by_itself BIGINT NOT NULL,            -- 1: by its schedule, nobody asked
    job      TEXT,                     -- the job that reads it
    feed     TEXT,                     -- JSON; nothing once it was decided
    summary  TEXT NOT NULL,            -- JSON: counts, and what there is to be asked
    changes  TEXT NOT NULL,            -- JSON: what would change, or was changed, record by record
    problems TEXT NOT NULL,            -- JSON: file, place, column, what was expected, outcome
    state    TEXT NOT NULL,            -- reading, ready, taken, dropped or failed
    why      TEXT,
    actor    TEXT NOT NULL,
    made_at  TEXT NOT NULL,
    ended_at TEXT
);
CREATE INDEX directory_import_by_time ON directory_import (made_at);

-- Records that were suggested as the same, and that somebody says are two.
CREATE TABLE directory_apart (
    kind  TEXT NOT NULL,               -- organisation or service
    one   TEXT NOT NULL,               -- the older of the two
    other TEXT NOT NULL,
    actor TEXT NOT NULL,
    at    TEXT NOT NULL,
    PRIMARY KEY (kind, one, other)
);

-- Feeds that somebody had looked at, and what was found.
CREATE TABLE directory_validation (
    id       TEXT PRIMARY KEY,
    address  TEXT,                     -- the whole address, until it was read
    shown    TEXT NOT NULL,            -- without its query
    job      TEXT,
    verdict  TEXT,                     -- JSON; nothing while it is being looked at
    actor    TEXT NOT NULL,
    made_at  TEXT NOT NULL,
    ended_at TEXT
);
CREATE INDEX directory_validation_by_time ON directory_validation (made_at);
