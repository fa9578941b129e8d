-- Evidence beside a population: coded events and lists of people stand in files of the population zone; here stands what
-- they are called. Code lists are definitions and hold no people.

ALTER TABLE population_upload ADD COLUMN events TEXT COLLATE "C" NOT NULL DEFAULT '[]'; -- JSON: names of the files of coded events

-- Lists of people of a population. Never changed: a name stays taken when its list is gone.
CREATE TABLE population_list (
    id         TEXT COLLATE "C" PRIMARY KEY,
    population TEXT COLLATE "C" NOT NULL REFERENCES population (id),
    name       TEXT COLLATE "C" NOT NULL,
    digest     TEXT COLLATE "C" NOT NULL,        -- of the file
    made_at    TEXT COLLATE "C" NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL,
    removed_at TEXT COLLATE "C",                       -- its file is gone
    UNIQUE (population, name)
);

-- Code lists from which cohorts are described. Never changed: a cohort carries the codes that it was described with.
CREATE TABLE code_list (
    id         TEXT COLLATE "C" PRIMARY KEY,
    name       TEXT COLLATE "C" NOT NULL,
    system     TEXT COLLATE "C" NOT NULL,        -- the code system's address
    source     TEXT COLLATE "C" NOT NULL,
    licence    TEXT COLLATE "C" NOT NULL,
    condition  TEXT COLLATE "C",                 -- the condition that a code of it shows
    codes      TEXT COLLATE "C" NOT NULL,        -- JSON: code and what it says
    made_at    TEXT COLLATE "C" NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL,
    ended_at   TEXT COLLATE "C"                  -- offered no more
);
CREATE UNIQUE INDEX code_list_by_name ON code_list (name) WHERE ended_at IS NULL;

-- Which network (primary care network) a practice is a partner of, and was.
CREATE TABLE practice_network (
    practice   TEXT COLLATE "C" NOT NULL,
    network    TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C",
    joined_on  TEXT COLLATE "C" NOT NULL,        -- empty where it is not known
    left_on    TEXT COLLATE "C",                 -- the last day
    PRIMARY KEY (practice, network, joined_on)
);
