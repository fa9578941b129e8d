-- A passkey: a pair of keys, of which its owner's device keeps the secret half (WebAuthn).
CREATE TABLE passkey (
    id         TEXT PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,    -- what its owner calls it
    number     TEXT NOT NULL,    -- SHA-256 of the name that the device gave it
    credential TEXT NOT NULL,    -- the public half, sealed with the key of this Meres; nothing once removed
    counter    BIGINT NOT NULL,  -- how often the device has used it, as it last said; 0: it does not count
    made_at    TEXT NOT NULL,
    used_at    TEXT,
    removed_at TEXT
);
CREATE INDEX passkey_by_account ON passkey (account);
CREATE UNIQUE INDEX passkey_once ON passkey (number) WHERE removed_at IS NULL;

-- What a browser was asked to have a passkey sign. It is answered once, soon, and from where it was asked.
CREATE TABLE ceremony (
    id      TEXT PRIMARY KEY,
    kind    TEXT NOT NULL,       -- sign-in; confirm: a dangerous act; add: a new passkey
    asker   TEXT NOT NULL,       -- keyed hash, of the session or of the stranger at the door
    state   TEXT NOT NULL,       -- sealed
    made_at TEXT NOT NULL
);
CREATE INDEX ceremony_by_time ON ceremony (made_at);
