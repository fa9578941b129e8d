-- The catalogue of what is kept in the population zone; the people themselves stand in files beside the database. A line
-- stays when its population is deleted, without its names, so that the audit log can be understood.
CREATE TABLE population (
    id             TEXT COLLATE "C" PRIMARY KEY,
    kind           TEXT COLLATE "C" NOT NULL,    -- people or crosstab
    name           TEXT COLLATE "C",             -- nothing once deleted
    digest         TEXT COLLATE "C" NOT NULL,
    mapping_digest TEXT COLLATE "C" NOT NULL,
    sources        TEXT COLLATE "C" NOT NULL,    -- JSON: names of the files that came in; none once deleted
    made_up        TEXT COLLATE "C",             -- the invented county, where the file said so
    rows_read      BIGINT NOT NULL,
    people         BIGINT NOT NULL,  -- rows that stand for a person
    problems       BIGINT NOT NULL,
    bytes          BIGINT NOT NULL,
    purpose        TEXT COLLATE "C" NOT NULL,
    agreement      TEXT COLLATE "C",
    keep_until     TEXT COLLATE "C",             -- the last day on which it may be kept
    imported_at    TEXT COLLATE "C" NOT NULL,
    deleted_at     TEXT COLLATE "C"
);

CREATE UNIQUE INDEX population_by_name ON population (name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX population_by_digest ON population (digest) WHERE deleted_at IS NULL;
