-- Extracts that somebody sent: read in the background, then kept or refused. The files lie beside the population zone until
-- then; what stays here is about a data set and not about people.
CREATE TABLE population_upload (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    agreement  TEXT,
    keep_until TEXT,                 -- a day
    files      TEXT NOT NULL,        -- JSON: their names
    mapping    TEXT NOT NULL,        -- TOML; empty: none
    job        TEXT,
    state      TEXT NOT NULL,        -- reading, kept or refused
    why        TEXT,
    problems   TEXT,                 -- CSV: file, line, column, what was expected
    population TEXT REFERENCES population (id),
    made_at    TEXT NOT NULL,
    ended_at   TEXT
);
CREATE INDEX population_upload_by_state ON population_upload (state, made_at);

-- Versions of the definitions of cohorts. Never changed, never deleted: every run says by which it was made.
CREATE TABLE cohort_version (
    id      TEXT PRIMARY KEY,
    cohort  TEXT NOT NULL,           -- what its versions share
    number  BIGINT NOT NULL,
    text    TEXT NOT NULL,           -- TOML
    note    TEXT NOT NULL,           -- why it was changed
    made_at TEXT NOT NULL,
    actor   TEXT NOT NULL,
    UNIQUE (cohort, number)
);

-- Match runs: what went in, and the released figures that came out. Rows about people stand in files beside the database.
CREATE TABLE match_run (
    id              TEXT PRIMARY KEY,
    population      TEXT NOT NULL REFERENCES population (id),
    population_name TEXT NOT NULL,   -- as it was called then
    cohort          TEXT REFERENCES cohort_version (id), -- nothing: the one that comes with Meres
    cohort_name     TEXT NOT NULL,
    rules           TEXT,            -- TOML; nothing: those that come with Meres
    venue           TEXT,            -- a postcode, or metres east and north
    radius          BIGINT,                 -- metres
    stands          BIGINT,
    job             TEXT,
    state           TEXT NOT NULL,   -- running, done or failed
    why             TEXT,
    summary         TEXT,            -- JSON: released figures, and digests of all that went in
    actor           TEXT NOT NULL,
    made_at         TEXT NOT NULL,
    ended_at        TEXT
);
CREATE INDEX match_run_by_time ON match_run (made_at);
CREATE INDEX match_run_by_population ON match_run (population);
