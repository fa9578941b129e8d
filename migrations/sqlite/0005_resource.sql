-- The library of resources. A resource is known by the name of the list that it came with and its owner's own reference.
CREATE TABLE resource (
    id           TEXT PRIMARY KEY,
    source       TEXT NOT NULL,
    key          TEXT NOT NULL,
    title        TEXT NOT NULL,
    number       BIGINT NOT NULL,  -- of its present version
    stock        BIGINT,           -- printed copies left; nothing: not known
    changed_at   TEXT NOT NULL,
    withdrawn_at TEXT,             -- no longer given out
    UNIQUE (source, key)
);

-- Every version that there was, so that a past record can still say what was given. Never changed, never deleted.
CREATE TABLE resource_version (
    id       TEXT PRIMARY KEY,
    resource TEXT NOT NULL REFERENCES resource (id),
    number   BIGINT NOT NULL,      -- from 1
    version  TEXT NOT NULL,        -- as its owner calls it
    record   TEXT NOT NULL,        -- JSON in the words of offers::resource
    since    TEXT NOT NULL,
    UNIQUE (resource, number)
);

CREATE TABLE practice_note (
    id           TEXT PRIMARY KEY,
    resource     TEXT NOT NULL REFERENCES resource (id),
    text         TEXT NOT NULL,
    source       TEXT,             -- where the good practice was seen or read
    adopted_by   TEXT NOT NULL,    -- JSON: names of organisations
    withdrawn_at TEXT,
    UNIQUE (resource, text)
);
