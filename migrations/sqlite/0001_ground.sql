-- What was done, by whom, when. Written in the transaction of the act itself. The rows of a chain stand one upon
-- another: `hash` is over the whole row and the hash of the row before it.
CREATE TABLE audit (
    chain    BIGINT NOT NULL,
    seq      BIGINT NOT NULL, -- from 1, without a gap
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    action   TEXT NOT NULL,
    object   TEXT NOT NULL,
    purpose  TEXT,
    detail   TEXT NOT NULL,
    previous TEXT NOT NULL,   -- hash of the row before, 64 hexadecimal digits; zeros before the first
    hash     TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
);

CREATE TRIGGER audit_is_not_edited BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is not edited');
END;

CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is not shortened');
END;
