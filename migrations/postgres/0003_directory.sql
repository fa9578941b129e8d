CREATE TABLE directory_source (
    id          TEXT COLLATE "C" PRIMARY KEY,
    name        TEXT COLLATE "C" NOT NULL UNIQUE,  -- the name under which a feed is imported again
    about       TEXT COLLATE "C",
    imported_at TEXT COLLATE "C" NOT NULL,
    digest      TEXT COLLATE "C" NOT NULL
);

-- The records of a source. `record` is JSON in the words of `offers::directory`; `gone_at` marks what its source no
-- longer has, `merged_into` what somebody found to be the same as another.
CREATE TABLE organisation (
    id          TEXT COLLATE "C" PRIMARY KEY,
    source      TEXT COLLATE "C" NOT NULL REFERENCES directory_source (id),
    key         TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    record      TEXT COLLATE "C" NOT NULL,
    changed_at  TEXT COLLATE "C" NOT NULL,
    gone_at     TEXT COLLATE "C",
    merged_into TEXT COLLATE "C" REFERENCES organisation (id),
    UNIQUE (source, key)
);

CREATE TABLE service (
    id          TEXT COLLATE "C" PRIMARY KEY,
    source      TEXT COLLATE "C" NOT NULL REFERENCES directory_source (id),
    key         TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    record      TEXT COLLATE "C" NOT NULL,
    changed_at  TEXT COLLATE "C" NOT NULL,
    gone_at     TEXT COLLATE "C",
    merged_into TEXT COLLATE "C" REFERENCES service (id),
    UNIQUE (source, key)
);

CREATE TABLE site (
    id          TEXT COLLATE "C" PRIMARY KEY,
    source      TEXT COLLATE "C" NOT NULL REFERENCES directory_source (id),
    key         TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    record      TEXT COLLATE "C" NOT NULL,
    changed_at  TEXT COLLATE "C" NOT NULL,
    gone_at     TEXT COLLATE "C",
    UNIQUE (source, key)
);

-- Who said that two records are the same, or that they are not after all.
CREATE TABLE directory_merge (
    id     TEXT COLLATE "C" PRIMARY KEY,
    kind   TEXT COLLATE "C" NOT NULL,     -- organisation or service
    kept   TEXT COLLATE "C" NOT NULL,
    merged TEXT COLLATE "C" NOT NULL,
    act    TEXT COLLATE "C" NOT NULL,     -- merge or unmerge
    reason TEXT COLLATE "C",
    actor  TEXT COLLATE "C" NOT NULL,
    at     TEXT COLLATE "C" NOT NULL
);
