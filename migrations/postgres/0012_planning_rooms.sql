-- Extracts that somebody sent: read in the background, then kept or refused. The files lie beside the population zone until
-- then; what stays here is about a data set and not about people.
CREATE TABLE population_upload (
    id         TEXT COLLATE "C" PRIMARY KEY,
    name       TEXT COLLATE "C" NOT NULL,
    purpose    TEXT COLLATE "C" NOT NULL,
    agreement  TEXT COLLATE "C",
    keep_until TEXT COLLATE "C",                 -- a day
    files      TEXT COLLATE "C" NOT NULL,        -- JSON: their names
    mapping    TEXT COLLATE "C" NOT NULL,        -- TOML; empty: none
    job        TEXT COLLATE "C",
    state      TEXT COLLATE "C" NOT NULL,        -- reading, kept or refused
    why        TEXT COLLATE "C",
    problems   TEXT COLLATE "C",                 -- CSV: file, line, column, what was expected
    population TEXT COLLATE "C" REFERENCES population (id),
    made_at    TEXT COLLATE "C" NOT NULL,
    ended_at   TEXT COLLATE "C"
);
CREATE INDEX population_upload_by_state ON population_upload (state, made_at);

-- Versions of the definitions of cohorts. Never changed, never deleted: every run says by which it was made.
CREATE TABLE cohort_version (
    id      TEXT COLLATE "C" PRIMARY KEY,
    cohort  TEXT COLLATE "C" NOT NULL,           -- what its versions share
    number  BIGINT NOT NULL,
    text    TEXT COLLATE "C" NOT NULL,           -- TOML
    note    TEXT COLLATE "C" NOT NULL,           -- why it was changed
    made_at TEXT COLLATE "C" NOT NULL,
    actor   TEXT COLLATE "C" NOT NULL,
    UNIQUE (cohort, number)
);

-- Match runs: what went in, and the released figures that came out. Rows about people stand in files beside the database.
CREATE TABLE match_run (
    id              TEXT COLLATE "C" PRIMARY KEY,
    population      TEXT COLLATE "C" NOT NULL REFERENCES population (id),
    population_name TEXT COLLATE "C" NOT NULL,   -- as it was called then
    cohort          TEXT COLLATE "C" REFERENCES cohort_version (id), -- nothing: the one that comes with Meres
    cohort_name     TEXT COLLATE "C" NOT NULL,
    rules           TEXT COLLATE "C",            -- TOML; nothing: those that come with Meres
    venue           TEXT COLLATE "C",            -- a postcode, or metres east and north
    radius          BIGINT,                 -- metres
    stands          BIGINT,
    job             TEXT COLLATE "C",
    state           TEXT COLLATE "C" NOT NULL,   -- running, done or failed
    why             TEXT COLLATE "C",
    summary         TEXT COLLATE "C",            -- JSON: released figures, and digests of all that went in
    actor           TEXT COLLATE "C" NOT NULL,
    made_at         TEXT COLLATE "C" NOT NULL,
    ended_at        TEXT COLLATE "C"
);
CREATE INDEX match_run_by_time ON match_run (made_at);
CREATE INDEX match_run_by_population ON match_run (population);
