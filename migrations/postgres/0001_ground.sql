-- What was done, by whom, when. Written in the transaction of the act itself. The rows of a chain stand one upon
-- another: `hash` is over the whole row and the hash of the row before it.
CREATE TABLE audit (
    chain    BIGINT NOT NULL,
    seq      BIGINT NOT NULL,           -- from 1, without a gap
    at       TEXT COLLATE "C" NOT NULL,
    actor    TEXT COLLATE "C" NOT NULL,
    action   TEXT COLLATE "C" NOT NULL,
    object   TEXT COLLATE "C" NOT NULL,
    purpose  TEXT COLLATE "C",
    detail   TEXT COLLATE "C" NOT NULL,
    previous TEXT COLLATE "C" NOT NULL, -- hash of the row before, 64 hexadecimal digits; zeros before the first
    hash     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (chain, seq)
);

CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is neither edited nor shortened';
END;
$$;

CREATE TRIGGER audit_is_not_edited BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_kept();

CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept();
