-- The catalogue of what is kept in the population zone; the people themselves stand in files beside the database. A line
-- stays when its population is deleted, without its names, so that the audit log can be understood.
CREATE TABLE population (
    id             TEXT PRIMARY KEY,
    kind           TEXT NOT NULL,    -- people or crosstab
    name           TEXT,             -- nothing once deleted
    digest         TEXT NOT NULL,
    mapping_digest TEXT NOT NULL,
    sources        TEXT NOT NULL,    -- JSON: names of the files that came in; none once deleted
    made_up        TEXT,             -- the invented county, where the file said so
    rows_read      BIGINT NOT NULL,
    people         BIGINT NOT NULL,  -- rows that stand for a person
    problems       BIGINT NOT NULL,
    bytes          BIGINT NOT NULL,
    purpose        TEXT NOT NULL,
    agreement      TEXT,
    keep_until     TEXT,             -- the last day on which it may be kept
    imported_at    TEXT NOT NULL,
    deleted_at     TEXT
);

CREATE UNIQUE INDEX population_by_name ON population (name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX population_by_digest ON population (digest) WHERE deleted_at IS NULL;
