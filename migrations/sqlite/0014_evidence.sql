-- Evidence beside a population: coded events and lists of people stand in files of the population zone; here stands what
-- they are called. Code lists are definitions and hold no people.

ALTER TABLE population_upload ADD COLUMN events TEXT NOT NULL DEFAULT '[]'; -- JSON: names of the files of coded events

-- Lists of people of a population. Never changed: a name stays taken when its list is gone.
CREATE TABLE population_list (
    id         TEXT PRIMARY KEY,
    population TEXT NOT NULL REFERENCES population (id),
    name       TEXT NOT NULL,
    digest     TEXT NOT NULL,        -- of the file
    made_at    TEXT NOT NULL,
    actor      TEXT NOT NULL,
    removed_at TEXT,                       -- its file is gone
    UNIQUE (population, name)
);

-- Code lists from which cohorts are described. Never changed: a cohort carries the codes that it was described with.
CREATE TABLE code_list (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    system     TEXT NOT NULL,        -- the code system's address
    source     TEXT NOT NULL,
    licence    TEXT NOT NULL,
    condition  TEXT,                 -- the condition that a code of it shows
    codes      TEXT NOT NULL,        -- JSON: code and what it says
    made_at    TEXT NOT NULL,
    actor      TEXT NOT NULL,
    ended_at   TEXT                  -- offered no more
);
CREATE UNIQUE INDEX code_list_by_name ON code_list (name) WHERE ended_at IS NULL;

-- Which network (primary care network) a practice is a partner of, and was.
CREATE TABLE practice_network (
    practice   TEXT NOT NULL,
    network    TEXT NOT NULL,
    name       TEXT,
    joined_on  TEXT NOT NULL,        -- empty where it is not known
    left_on    TEXT,                 -- the last day
    PRIMARY KEY (practice, network, joined_on)
);
