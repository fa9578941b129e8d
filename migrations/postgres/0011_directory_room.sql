-- The directory as it is looked after here.

-- A record stands as it was changed here and approved (`own`), else as its source has it (`record`). `own_base` is the
-- source's record that the change was made from: when the source changes as well, the two are brought together.
ALTER TABLE organisation ADD COLUMN own TEXT COLLATE "C";
ALTER TABLE organisation ADD COLUMN own_base TEXT COLLATE "C";
ALTER TABLE service ADD COLUMN own TEXT COLLATE "C";
ALTER TABLE service ADD COLUMN own_base TEXT COLLATE "C";
ALTER TABLE site ADD COLUMN own TEXT COLLATE "C";
ALTER TABLE site ADD COLUMN own_base TEXT COLLATE "C";

-- Goes up with every change of what the directory shows, so that whoever keeps it in memory knows when to read again.
CREATE TABLE directory_state (
    id      BIGINT PRIMARY KEY,        -- 1: everything; 2: places alone
    version BIGINT NOT NULL
);

-- How a record stood before it was changed. Never changed, never deleted.
CREATE TABLE directory_past (
    id     TEXT COLLATE "C" PRIMARY KEY,
    kind   TEXT COLLATE "C" NOT NULL,              -- organisation, service or site
    entry  TEXT COLLATE "C" NOT NULL,
    record TEXT COLLATE "C" NOT NULL,              -- JSON, as it stood
    until  TEXT COLLATE "C" NOT NULL,
    how    TEXT COLLATE "C" NOT NULL,              -- import, edit or undo: what ended it
    actor  TEXT COLLATE "C" NOT NULL
);
CREATE INDEX directory_past_by_entry ON directory_past (entry, until);
CREATE INDEX directory_past_by_moment ON directory_past (until);

-- Which organisation of the directory is looked after by which organisation that takes part.
CREATE TABLE directory_keeper (
    id           TEXT COLLATE "C" PRIMARY KEY,
    organisation TEXT COLLATE "C" NOT NULL REFERENCES organisation (id),
    partner      TEXT COLLATE "C" NOT NULL REFERENCES partner (id),
    since        TEXT COLLATE "C" NOT NULL,
    until        TEXT COLLATE "C"
);
CREATE UNIQUE INDEX directory_keeper_held ON directory_keeper (organisation, partner) WHERE until IS NULL;
CREATE INDEX directory_keeper_by_partner ON directory_keeper (partner);

-- Changes that somebody proposes and somebody else decides on.
CREATE TABLE directory_edit (
    id         TEXT COLLATE "C" PRIMARY KEY,
    kind       TEXT COLLATE "C" NOT NULL,
    entry      TEXT COLLATE "C" NOT NULL,          -- of a new record: the identifier that it will have
    is_new     BIGINT NOT NULL,
    partner    TEXT COLLATE "C" REFERENCES partner (id), -- for which organisation; nothing: for the programme, or by a source
    actor      TEXT COLLATE "C" NOT NULL,
    base       TEXT COLLATE "C" NOT NULL,          -- JSON: what it was made from; of a new record, what it belongs to
    proposed   TEXT COLLATE "C" NOT NULL,          -- JSON
    place      TEXT COLLATE "C",                   -- JSON: a site that is to be made with it
    note       TEXT COLLATE "C",
    made_at    TEXT COLLATE "C" NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,          -- waiting, approved, refused or withdrawn
    decided_at TEXT COLLATE "C",
    decided_by TEXT COLLATE "C",
    reason     TEXT COLLATE "C"
);
CREATE INDEX directory_edit_by_entry ON directory_edit (entry, made_at);
CREATE INDEX directory_edit_by_state ON directory_edit (state, made_at);

-- Who found that a service is as the directory says, against what, and when.
CREATE TABLE directory_check (
    id         TEXT COLLATE "C" PRIMARY KEY,
    service    TEXT COLLATE "C" NOT NULL REFERENCES service (id),
    checked_on TEXT COLLATE "C" NOT NULL,          -- a day
    against    TEXT COLLATE "C" NOT NULL,          -- link, telephone, website, visit or keeper
    actor      TEXT COLLATE "C" NOT NULL,
    note       TEXT COLLATE "C",
    at         TEXT COLLATE "C" NOT NULL
);
CREATE INDEX directory_check_by_service ON directory_check (service, checked_on);

-- Links by which whoever runs a service says that it is still so, and which reminders went out.
CREATE TABLE directory_reminder (
    id      TEXT COLLATE "C" PRIMARY KEY,
    token   TEXT COLLATE "C" NOT NULL UNIQUE,      -- SHA-256
    service TEXT COLLATE "C" NOT NULL REFERENCES service (id),
    stage   TEXT COLLATE "C" NOT NULL,             -- soon, due or hidden
    due_on  TEXT COLLATE "C" NOT NULL,             -- the day that it is about
    made_at TEXT COLLATE "C" NOT NULL,
    ends_at TEXT COLLATE "C" NOT NULL,
    used_at TEXT COLLATE "C",
    UNIQUE (service, stage, due_on)
);

-- Whether there is room, as the provider last said.
CREATE TABLE availability (
    service    TEXT COLLATE "C" PRIMARY KEY REFERENCES service (id),
    state      TEXT COLLATE "C" NOT NULL,          -- open, waiting or full
    places     BIGINT,                 -- free now; nothing: not said
    wait_weeks BIGINT,
    said_at    TEXT COLLATE "C" NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL
);

-- Who is told when a record changes.
CREATE TABLE directory_watch (
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    kind    TEXT COLLATE "C" NOT NULL,
    entry   TEXT COLLATE "C" NOT NULL,
    since   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account, kind, entry)
);
CREATE INDEX directory_watch_by_entry ON directory_watch (entry);

-- What terms of the sources mean, where somebody said so on a page; it counts before directory.toml.
CREATE TABLE directory_term (
    term       TEXT COLLATE "C" PRIMARY KEY,       -- small letters
    topics     TEXT COLLATE "C" NOT NULL,          -- keys with spaces between them; empty: none of the sixteen
    changed_at TEXT COLLATE "C" NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL
);

-- Feeds that are fetched again and again.
CREATE TABLE directory_feed (
    id         TEXT COLLATE "C" PRIMARY KEY,
    source     TEXT COLLATE "C" NOT NULL UNIQUE,   -- the name under which it is imported
    address    TEXT COLLATE "C" NOT NULL,
    every_days BIGINT NOT NULL,        -- 0: only when somebody asks
    next_on    TEXT COLLATE "C",                   -- a day
    made_at    TEXT COLLATE "C" NOT NULL,
    ended_at   TEXT COLLATE "C"
);

-- What a file or an address held, read and not yet taken over; and what became of it.
CREATE TABLE directory_import (
    id       TEXT COLLATE "C" PRIMARY KEY,
    source   TEXT COLLATE "C" NOT NULL,
    came     TEXT COLLATE "C" NOT NULL,            -- the name of the file, or the address without its query
    address  TEXT COLLATE "C",                     -- the whole address, until it was decided
    by_itself BIGINT NOT NULL,            -- 1: by its schedule, nobody asked
    job      TEXT COLLATE "C",                     -- the job that reads it
    feed     TEXT COLLATE "C",                     -- JSON; nothing once it was decided
    summary  TEXT COLLATE "C" NOT NULL,            -- JSON: counts, and what there is to be asked
    changes  TEXT COLLATE "C" NOT NULL,            -- JSON: what would change, or was changed, record by record
    problems TEXT COLLATE "C" NOT NULL,            -- JSON: file, place, column, what was expected, outcome
    state    TEXT COLLATE "C" NOT NULL,            -- reading, ready, taken, dropped or failed
    why      TEXT COLLATE "C",
    actor    TEXT COLLATE "C" NOT NULL,
    made_at  TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C"
);
CREATE INDEX directory_import_by_time ON directory_import (made_at);

-- Records that were suggested as the same, and that somebody says are two.
CREATE TABLE directory_apart (
    kind  TEXT COLLATE "C" NOT NULL,               -- organisation or service
    one   TEXT COLLATE "C" NOT NULL,               -- the older of the two
    other TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, one, other)
);

-- Feeds that somebody had looked at, and what was found.
CREATE TABLE directory_validation (
    id       TEXT COLLATE "C" PRIMARY KEY,
    address  TEXT COLLATE "C",                     -- the whole address, until it was read
    shown    TEXT COLLATE "C" NOT NULL,            -- without its query
    job      TEXT COLLATE "C",
    verdict  TEXT COLLATE "C",                     -- JSON; nothing while it is being looked at
    actor    TEXT COLLATE "C" NOT NULL,
    made_at  TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C"
);
CREATE INDEX directory_validation_by_time ON directory_validation (made_at);

-- Who watches what is about a person: their own rows.
ALTER TABLE directory_watch ENABLE ROW LEVEL SECURITY;
ALTER TABLE directory_watch FORCE ROW LEVEL SECURITY;
CREATE POLICY meres_itself ON directory_watch USING (meres_itself());
CREATE POLICY own ON directory_watch USING (meres_is_reader(account)) WITH CHECK (meres_is_reader(account));
