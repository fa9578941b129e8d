-- Work that is done later. It is queued in the transaction of what it follows from, and begun by one worker at a time.
CREATE TABLE job (
    id            TEXT COLLATE "C" PRIMARY KEY,    -- a UUIDv7
    kind          TEXT COLLATE "C" NOT NULL,       -- what is to be done: mail.send
    lane          TEXT COLLATE "C" NOT NULL,       -- for whom: lanes take turns
    payload       TEXT COLLATE "C" NOT NULL,       -- JSON, without values from a person's row
    dedupe_key    TEXT COLLATE "C",                -- no two that are queued or running have the same
    state         TEXT COLLATE "C" NOT NULL,       -- queued, running, done, failed or cancelled
    run_at        TEXT COLLATE "C" NOT NULL,       -- not before
    attempts      BIGINT NOT NULL,                 -- how often it was begun
    most_attempts BIGINT NOT NULL,
    lease_holder  TEXT COLLATE "C",                -- who runs it: new each time that it is begun
    lease_until   TEXT COLLATE "C",                -- whoever runs it and has not said so since is taken for dead
    taken_at      TEXT COLLATE "C",                -- when it was last begun
    cancel_asked  BIGINT NOT NULL,                 -- 1: is to be stopped
    steps_done    BIGINT NOT NULL,
    steps_total   BIGINT,                          -- not known: nothing
    progress      TEXT COLLATE "C",                -- a sentence for whoever waits
    last_error    TEXT COLLATE "C",                -- a sentence, without values from a person's row
    queued_at     TEXT COLLATE "C" NOT NULL,
    ended_at      TEXT COLLATE "C"
);

CREATE UNIQUE INDEX job_once ON job (dedupe_key) WHERE state IN ('queued', 'running');
CREATE INDEX job_ready ON job (state, lane, run_at);
CREATE INDEX job_turn ON job (lane, taken_at);
