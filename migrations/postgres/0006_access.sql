-- Organisations that take part and whose people have accounts. (The organisations of the directory are another table:
-- most of them have nobody here.)
CREATE TABLE partner (
    id          TEXT COLLATE "C" PRIMARY KEY,
    name        TEXT COLLATE "C" NOT NULL,
    name_folded TEXT COLLATE "C" NOT NULL UNIQUE,
    ods         TEXT COLLATE "C",             -- its code in the NHS's Organisation Data Service, where it has one
    made_at     TEXT COLLATE "C" NOT NULL,
    closed_at   TEXT COLLATE "C"
);

CREATE TABLE account (
    id           TEXT COLLATE "C" PRIMARY KEY,
    name         TEXT COLLATE "C" NOT NULL,
    email        TEXT COLLATE "C" NOT NULL,
    email_folded TEXT COLLATE "C" NOT NULL UNIQUE,
    password     TEXT COLLATE "C",            -- argon2id, with its parameters and salt; nothing: not yet set
    made_at      TEXT COLLATE "C" NOT NULL,
    disabled_at  TEXT COLLATE "C"
);

-- Who was what, where, from when until when. A line is ended, never deleted.
CREATE TABLE membership (
    id      TEXT COLLATE "C" PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    partner TEXT COLLATE "C" NOT NULL REFERENCES partner (id),
    role    TEXT COLLATE "C" NOT NULL,
    since   TEXT COLLATE "C" NOT NULL,        -- a day
    until   TEXT COLLATE "C"                  -- the first day on which it no longer holds
);
CREATE INDEX membership_by_account ON membership (account);
CREATE INDEX membership_by_partner ON membership (partner);
-- Nobody has a role twice.
CREATE UNIQUE INDEX membership_held ON membership (account, partner, role) WHERE until IS NULL;

-- A sign-in on a device. The token itself is only in the cookie.
CREATE TABLE session (
    id           TEXT COLLATE "C" PRIMARY KEY,
    account      TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    token        TEXT COLLATE "C" NOT NULL UNIQUE, -- SHA-256
    stage        TEXT COLLATE "C" NOT NULL,        -- password: the second factor is still asked for; whole
    device       TEXT COLLATE "C" NOT NULL,        -- browser and system, in words
    began_at     TEXT COLLATE "C" NOT NULL,
    seen_at      TEXT COLLATE "C" NOT NULL,        -- to a minute or so
    confirmed_at TEXT COLLATE "C" NOT NULL,        -- when they last showed that it is them
    ended_at     TEXT COLLATE "C"
);
CREATE INDEX session_by_account ON session (account);

-- An app that shows a code of six digits (TOTP).
CREATE TABLE authenticator (
    id           TEXT COLLATE "C" PRIMARY KEY,
    account      TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    secret       TEXT COLLATE "C" NOT NULL,        -- sealed with the key of this Meres
    confirmed_at TEXT COLLATE "C" NOT NULL,        -- by its first right code
    last_step    BIGINT NOT NULL,      -- of the last code that was taken, so that none is taken twice
    removed_at   TEXT COLLATE "C"
);
CREATE INDEX authenticator_by_account ON authenticator (account);

CREATE TABLE recovery_code (
    id         TEXT COLLATE "C" PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    code       TEXT COLLATE "C" NOT NULL,          -- keyed hash
    made_at    TEXT COLLATE "C" NOT NULL,
    used_at    TEXT COLLATE "C",
    removed_at TEXT COLLATE "C"
);
CREATE INDEX recovery_code_by_account ON recovery_code (account);

-- A link that works once.
CREATE TABLE one_time_link (
    id         TEXT COLLATE "C" PRIMARY KEY,
    token      TEXT COLLATE "C" NOT NULL UNIQUE,   -- SHA-256
    purpose    TEXT COLLATE "C" NOT NULL,          -- first: whoever installs this Meres; join; renew: a new password and factor
    account    TEXT COLLATE "C" REFERENCES account (id),
    made_at    TEXT COLLATE "C" NOT NULL,
    ends_at    TEXT COLLATE "C" NOT NULL,
    used_at    TEXT COLLATE "C"
);

-- How many guesses were made at something lately.
CREATE TABLE guess (
    what  TEXT COLLATE "C" PRIMARY KEY,            -- keyed hash
    count BIGINT NOT NULL,
    since TEXT COLLATE "C" NOT NULL
);

CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_by_object ON audit (object, at);

-- By which the key that lies beside this database is known as its own.
CREATE TABLE vault_check (
    id   BIGINT PRIMARY KEY,           -- 1
    hash TEXT COLLATE "C" NOT NULL
);
