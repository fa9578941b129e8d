-- What leaves the population zone, and who let it. Pseudonyms stay in files of that zone; here stands who asked, who
-- decided, when, what for, and how many people it is about as the gate shows it.

-- Worklists asked for together: of one run, for one purpose.
CREATE TABLE worklist_request (
    id         TEXT PRIMARY KEY,
    run        TEXT NOT NULL REFERENCES match_run (id),
    population TEXT NOT NULL REFERENCES population (id),
    about      TEXT NOT NULL,        -- what was matched, in words
    purpose    TEXT NOT NULL,
    purpose_folded TEXT NOT NULL,    -- by which lists of one purpose are found
    practices  TEXT NOT NULL,        -- JSON: codes; empty: every practice
    most       BIGINT NOT NULL,      -- people of one practice
    again      TEXT,                 -- why also those are asked who were asked before; nothing: they are left out
    until      TEXT NOT NULL,        -- the last day on which a practice may fetch its list
    job        TEXT,
    state      TEXT NOT NULL,        -- making, waiting, approved, stopped, refused, withdrawn or failed
    why        TEXT,
    people     TEXT,                 -- how many on all lists, as the gate shows it
    asked_by   TEXT NOT NULL,
    asked_at   TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT
);
CREATE INDEX worklist_request_by_time ON worklist_request (asked_at);
CREATE INDEX worklist_request_by_purpose ON worklist_request (purpose_folded, state);

-- A practice's list of a request, and what the practice says became of it.
CREATE TABLE worklist (
    id          TEXT PRIMARY KEY,
    request     TEXT NOT NULL REFERENCES worklist_request (id),
    practice    TEXT NOT NULL,       -- ODS code
    partner     TEXT REFERENCES partner (id), -- the organisation that may fetch it, as it was when it was approved
    people      TEXT NOT NULL,       -- as the gate shows it
    fetched_at  TEXT,
    fetched     BIGINT NOT NULL,     -- times
    invited     BIGINT,
    reached     BIGINT,
    declined    BIGINT,
    unsuitable  BIGINT,
    reported_at TEXT,
    UNIQUE (request, practice)
);
CREATE INDEX worklist_by_partner ON worklist (partner);

-- Hubs to which people are invited by codes, wave by wave. The care zone: knows no list and no pseudonym.
CREATE TABLE invitation_wave (
    id      TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    hub     TEXT NOT NULL,           -- where and when, in words
    until   TEXT NOT NULL,           -- the last day on which a code of it counts
    made_at TEXT NOT NULL,
    ended_at TEXT,
    actor   TEXT NOT NULL
);

-- Codes that a practice was given together.
CREATE TABLE code_block (
    id      TEXT PRIMARY KEY,
    wave    TEXT NOT NULL REFERENCES invitation_wave (id),
    partner TEXT NOT NULL REFERENCES partner (id),
    size    BIGINT NOT NULL,
    made_at TEXT NOT NULL,
    ended_at TEXT,                   -- its unused codes count no more
    actor   TEXT NOT NULL
);
CREATE INDEX code_block_by_wave ON code_block (wave);

-- A code is known by its keyed hash alone: it was shown once, to the practice.
CREATE TABLE invitation_code (
    code    TEXT PRIMARY KEY,
    block   TEXT NOT NULL REFERENCES code_block (id),
    used_at TEXT                     -- a day
);
CREATE INDEX invitation_code_by_block ON invitation_code (block);

-- Figures of a run that somebody asked to release, and what was decided. What is released never changes.
CREATE TABLE figure_release (
    id         TEXT PRIMARY KEY,
    run        TEXT NOT NULL REFERENCES match_run (id),
    population TEXT NOT NULL REFERENCES population (id),
    title      TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    digest     TEXT NOT NULL,        -- of the figures
    summary    TEXT NOT NULL,        -- the figures as the gate gave them: JSON
    state      TEXT NOT NULL,        -- waiting, released, refused or withdrawn
    checks     TEXT,                 -- JSON: what was looked at
    why        TEXT,
    asked_by   TEXT NOT NULL,
    asked_at   TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT
);
CREATE INDEX figure_release_by_time ON figure_release (asked_at);
CREATE INDEX figure_release_by_population ON figure_release (population, state);

-- What somebody tried with a population: which question, as a digest. By it, whoever asks too often is told so.
CREATE TABLE match_trial (
    id         TEXT PRIMARY KEY,
    population TEXT NOT NULL REFERENCES population (id),
    actor      TEXT NOT NULL,
    digest     TEXT NOT NULL,
    made_at    TEXT NOT NULL
);
CREATE INDEX match_trial_by_actor ON match_trial (population, actor, made_at);
