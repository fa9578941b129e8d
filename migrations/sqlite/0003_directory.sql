CREATE TABLE directory_source (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,  -- the name under which a feed is imported again
    about       TEXT,
    imported_at TEXT NOT NULL,
    digest      TEXT NOT NULL
);

-- The records of a source. `record` is JSON in the words of `offers::directory`; `gone_at` marks what its source no
-- longer has, `merged_into` what somebody found to be the same as another.
CREATE TABLE organisation (
    id          TEXT PRIMARY KEY,
    source      TEXT NOT NULL REFERENCES directory_source (id),
    key         TEXT NOT NULL,
    name        TEXT NOT NULL,
    record      TEXT NOT NULL,
    changed_at  TEXT NOT NULL,
    gone_at     TEXT,
    merged_into TEXT REFERENCES organisation (id),
    UNIQUE (source, key)
);

CREATE TABLE service (
    id          TEXT PRIMARY KEY,
    source      TEXT NOT NULL REFERENCES directory_source (id),
    key         TEXT NOT NULL,
    name        TEXT NOT NULL,
    record      TEXT NOT NULL,
    changed_at  TEXT NOT NULL,
    gone_at     TEXT,
    merged_into TEXT REFERENCES service (id),
    UNIQUE (source, key)
);

CREATE TABLE site (
    id          TEXT PRIMARY KEY,
    source      TEXT NOT NULL REFERENCES directory_source (id),
    key         TEXT NOT NULL,
    name        TEXT NOT NULL,
    record      TEXT NOT NULL,
    changed_at  TEXT NOT NULL,
    gone_at     TEXT,
    UNIQUE (source, key)
);

-- Who said that two records are the same, or that they are not after all.
CREATE TABLE directory_merge (
    id     TEXT PRIMARY KEY,
    kind   TEXT NOT NULL,     -- organisation or service
    kept   TEXT NOT NULL,
    merged TEXT NOT NULL,
    act    TEXT NOT NULL,     -- merge or unmerge
    reason TEXT,
    actor  TEXT NOT NULL,
    at     TEXT NOT NULL
);
