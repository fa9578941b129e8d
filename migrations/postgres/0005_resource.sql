-- The library of resources. A resource is known by the name of the list that it came with and its owner's own reference.
CREATE TABLE resource (
    id           TEXT COLLATE "C" PRIMARY KEY,
    source       TEXT COLLATE "C" NOT NULL,
    key          TEXT COLLATE "C" NOT NULL,
    title        TEXT COLLATE "C" NOT NULL,
    number       BIGINT NOT NULL,  -- of its present version
    stock        BIGINT,           -- printed copies left; nothing: not known
    changed_at   TEXT COLLATE "C" NOT NULL,
    withdrawn_at TEXT COLLATE "C",             -- no longer given out
    UNIQUE (source, key)
);

-- Every version that there was, so that a past record can still say what was given. Never changed, never deleted.
CREATE TABLE resource_version (
    id       TEXT COLLATE "C" PRIMARY KEY,
    resource TEXT COLLATE "C" NOT NULL REFERENCES resource (id),
    number   BIGINT NOT NULL,      -- from 1
    version  TEXT COLLATE "C" NOT NULL,        -- as its owner calls it
    record   TEXT COLLATE "C" NOT NULL,        -- JSON in the words of offers::resource
    since    TEXT COLLATE "C" NOT NULL,
    UNIQUE (resource, number)
);

CREATE TABLE practice_note (
    id           TEXT COLLATE "C" PRIMARY KEY,
    resource     TEXT COLLATE "C" NOT NULL REFERENCES resource (id),
    text         TEXT COLLATE "C" NOT NULL,
    source       TEXT COLLATE "C",             -- where the good practice was seen or read
    adopted_by   TEXT COLLATE "C" NOT NULL,    -- JSON: names of organisations
    withdrawn_at TEXT COLLATE "C",
    UNIQUE (resource, text)
);
