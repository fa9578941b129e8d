-- Who somebody is at an identity provider (OpenID Connect): by issuer and subject, and by nothing else that it says.
CREATE TABLE identity (
    id         TEXT COLLATE "C" PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    issuer     TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL,
    linked_at  TEXT COLLATE "C" NOT NULL,
    own_factor BIGINT NOT NULL,   -- 1: it has brought a second factor of its own, and never brings in anybody without one
    removed_at TEXT COLLATE "C"
);
CREATE INDEX identity_by_account ON identity (account);
-- Nobody's is anybody else's.
CREATE UNIQUE INDEX identity_held ON identity (issuer, subject) WHERE removed_at IS NULL;
