-- Organisations that take part and whose people have accounts. (The organisations of the directory are another table:
-- most of them have nobody here.)
CREATE TABLE partner (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    ods         TEXT,             -- its code in the NHS's Organisation Data Service, where it has one
    made_at     TEXT NOT NULL,
    closed_at   TEXT
);

CREATE TABLE account (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    email        TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    password     TEXT,            -- argon2id, with its parameters and salt; nothing: not yet set
    made_at      TEXT NOT NULL,
    disabled_at  TEXT
);

-- Who was what, where, from when until when. A line is ended, never deleted.
CREATE TABLE membership (
    id      TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    partner TEXT NOT NULL REFERENCES partner (id),
    role    TEXT NOT NULL,
    since   TEXT NOT NULL,        -- a day
    until   TEXT                  -- the first day on which it no longer holds
);
CREATE INDEX membership_by_account ON membership (account);
CREATE INDEX membership_by_partner ON membership (partner);
-- Nobody has a role twice.
CREATE UNIQUE INDEX membership_held ON membership (account, partner, role) WHERE until IS NULL;

-- A sign-in on a device. The token itself is only in the cookie.
CREATE TABLE session (
    id           TEXT PRIMARY KEY,
    account      TEXT NOT NULL REFERENCES account (id),
    token        TEXT NOT NULL UNIQUE, -- SHA-256
    stage        TEXT NOT NULL,        -- password: the second factor is still asked for; whole
    device       TEXT NOT NULL,        -- browser and system, in words
    began_at     TEXT NOT NULL,
    seen_at      TEXT NOT NULL,        -- to a minute or so
    confirmed_at TEXT NOT NULL,        -- when they last showed that it is them
    ended_at     TEXT
);
CREATE INDEX session_by_account ON session (account);

-- An app that shows a code of six digits (TOTP).
CREATE TABLE authenticator (
    id           TEXT PRIMARY KEY,
    account      TEXT NOT NULL REFERENCES account (id),
    secret       TEXT NOT NULL,        -- sealed with the key of this Meres
    confirmed_at TEXT NOT NULL,        -- by its first right code
    last_step    BIGINT NOT NULL,      -- of the last code that was taken, so that none is taken twice
    removed_at   TEXT
);
CREATE INDEX authenticator_by_account ON authenticator (account);

CREATE TABLE recovery_code (
    id         TEXT PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES account (id),
    code       TEXT NOT NULL,          -- keyed hash
    made_at    TEXT NOT NULL,
    used_at    TEXT,
    removed_at TEXT
);
CREATE INDEX recovery_code_by_account ON recovery_code (account);

-- A link that works once.
CREATE TABLE one_time_link (
    id         TEXT PRIMARY KEY,
    token      TEXT NOT NULL UNIQUE,   -- SHA-256
    purpose    TEXT NOT NULL,          -- first: whoever installs this Meres; join; renew: a new password and factor
    account    TEXT REFERENCES account (id),
    made_at    TEXT NOT NULL,
    ends_at    TEXT NOT NULL,
    used_at    TEXT
);

-- How many guesses were made at something lately.
CREATE TABLE guess (
    what  TEXT PRIMARY KEY,            -- keyed hash
    count BIGINT NOT NULL,
    since TEXT NOT NULL
);

CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_by_object ON audit (object, at);

-- By which the key that lies beside this database is known as its own.
CREATE TABLE vault_check (
    id   BIGINT PRIMARY KEY,           -- 1
    hash TEXT NOT NULL
);
