-- Who somebody is at an identity provider (OpenID Connect): by issuer and subject, and by nothing else that it says.
CREATE TABLE identity (
    id         TEXT PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES account (id),
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    linked_at  TEXT NOT NULL,
    own_factor BIGINT NOT NULL,   -- 1: it has brought a second factor of its own, and never brings in anybody without one
    removed_at TEXT
);
CREATE INDEX identity_by_account ON identity (account);
-- Nobody's is anybody else's.
CREATE UNIQUE INDEX identity_held ON identity (issuer, subject) WHERE removed_at IS NULL;
