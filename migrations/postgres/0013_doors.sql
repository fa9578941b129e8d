-- What leaves the population zone, and who let it. Pseudonyms stay in files of that zone; here stands who asked, who
-- decided, when, what for, and how many people it is about as the gate shows it.

-- Worklists asked for together: of one run, for one purpose.
CREATE TABLE worklist_request (
    id         TEXT COLLATE "C" PRIMARY KEY,
    run        TEXT COLLATE "C" NOT NULL REFERENCES match_run (id),
    population TEXT COLLATE "C" NOT NULL REFERENCES population (id),
    about      TEXT COLLATE "C" NOT NULL,        -- what was matched, in words
    purpose    TEXT COLLATE "C" NOT NULL,
    purpose_folded TEXT COLLATE "C" NOT NULL,    -- by which lists of one purpose are found
    practices  TEXT COLLATE "C" NOT NULL,        -- JSON: codes; empty: every practice
    most       BIGINT NOT NULL,      -- people of one practice
    again      TEXT COLLATE "C",                 -- why also those are asked who were asked before; nothing: they are left out
    until      TEXT COLLATE "C" NOT NULL,        -- the last day on which a practice may fetch its list
    job        TEXT COLLATE "C",
    state      TEXT COLLATE "C" NOT NULL,        -- making, waiting, approved, stopped, refused, withdrawn or failed
    why        TEXT COLLATE "C",
    people     TEXT COLLATE "C",                 -- how many on all lists, as the gate shows it
    asked_by   TEXT COLLATE "C" NOT NULL,
    asked_at   TEXT COLLATE "C" NOT NULL,
    decided_by TEXT COLLATE "C",
    decided_at TEXT COLLATE "C"
);
CREATE INDEX worklist_request_by_time ON worklist_request (asked_at);
CREATE INDEX worklist_request_by_purpose ON worklist_request (purpose_folded, state);

-- A practice's list of a request, and what the practice says became of it.
CREATE TABLE worklist (
    id          TEXT COLLATE "C" PRIMARY KEY,
    request     TEXT COLLATE "C" NOT NULL REFERENCES worklist_request (id),
    practice    TEXT COLLATE "C" NOT NULL,       -- ODS code
    partner     TEXT COLLATE "C" REFERENCES partner (id), -- the organisation that may fetch it, as it was when it was approved
    people      TEXT COLLATE "C" NOT NULL,       -- as the gate shows it
    fetched_at  TEXT COLLATE "C",
    fetched     BIGINT NOT NULL,     -- times
    invited     BIGINT,
    reached     BIGINT,
    declined    BIGINT,
    unsuitable  BIGINT,
    reported_at TEXT COLLATE "C",
    UNIQUE (request, practice)
);
CREATE INDEX worklist_by_partner ON worklist (partner);

-- Hubs to which people are invited by codes, wave by wave. The care zone: knows no list and no pseudonym.
CREATE TABLE invitation_wave (
    id      TEXT COLLATE "C" PRIMARY KEY,
    name    TEXT COLLATE "C" NOT NULL,
    hub     TEXT COLLATE "C" NOT NULL,           -- where and when, in words
    until   TEXT COLLATE "C" NOT NULL,           -- the last day on which a code of it counts
    made_at TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C",
    actor   TEXT COLLATE "C" NOT NULL
);

-- Codes that a practice was given together.
CREATE TABLE code_block (
    id      TEXT COLLATE "C" PRIMARY KEY,
    wave    TEXT COLLATE "C" NOT NULL REFERENCES invitation_wave (id),
    partner TEXT COLLATE "C" NOT NULL REFERENCES partner (id),
    size    BIGINT NOT NULL,
    made_at TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C",                   -- its unused codes count no more
    actor   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX code_block_by_wave ON code_block (wave);

-- A code is known by its keyed hash alone: it was shown once, to the practice.
CREATE TABLE invitation_code (
    code    TEXT COLLATE "C" PRIMARY KEY,
    block   TEXT COLLATE "C" NOT NULL REFERENCES code_block (id),
    used_at TEXT COLLATE "C"                     -- a day
);
CREATE INDEX invitation_code_by_block ON invitation_code (block);

-- Figures of a run that somebody asked to release, and what was decided. What is released never changes.
CREATE TABLE figure_release (
    id         TEXT COLLATE "C" PRIMARY KEY,
    run        TEXT COLLATE "C" NOT NULL REFERENCES match_run (id),
    population TEXT COLLATE "C" NOT NULL REFERENCES population (id),
    title      TEXT COLLATE "C" NOT NULL,
    purpose    TEXT COLLATE "C" NOT NULL,
    digest     TEXT COLLATE "C" NOT NULL,        -- of the figures
    summary    TEXT COLLATE "C" NOT NULL,        -- the figures as the gate gave them: JSON
    state      TEXT COLLATE "C" NOT NULL,        -- waiting, released, refused or withdrawn
    checks     TEXT COLLATE "C",                 -- JSON: what was looked at
    why        TEXT COLLATE "C",
    asked_by   TEXT COLLATE "C" NOT NULL,
    asked_at   TEXT COLLATE "C" NOT NULL,
    decided_by TEXT COLLATE "C",
    decided_at TEXT COLLATE "C"
);
CREATE INDEX figure_release_by_time ON figure_release (asked_at);
CREATE INDEX figure_release_by_population ON figure_release (population, state);

-- What somebody tried with a population: which question, as a digest. By it, whoever asks too often is told so.
CREATE TABLE match_trial (
    id         TEXT COLLATE "C" PRIMARY KEY,
    population TEXT COLLATE "C" NOT NULL REFERENCES population (id),
    actor      TEXT COLLATE "C" NOT NULL,
    digest     TEXT COLLATE "C" NOT NULL,
    made_at    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX match_trial_by_actor ON match_trial (population, actor, made_at);
