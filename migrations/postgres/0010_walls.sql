-- The second wall. Every statement of the program asks for what its viewer may see; should one forget to, PostgreSQL
-- shows and changes no more than this. Each transaction says on whose behalf it is (ground::database::wall):
--
--     meres.reader   an account; 'meres' for Meres itself at a command line, in a job or at the door; or nothing
--     meres.people   where they manage people: '*', or identifiers of organisations with commas between them
--     meres.log      '*' where they may read the audit log
--
-- Nothing said, nobody seen. FORCE holds the owner of the tables behind the wall as well.
--
-- The wall is about whose rows they are. What may be done with them (which roles one may give, say) is the program's.
--
-- A later table that holds people, or what belongs to an organisation, gets its policies in the step that makes it; a
-- test names the tables that need none, each with the reason.

CREATE FUNCTION meres_itself() RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT COALESCE(current_setting('meres.reader', true) = 'meres', false)
$$;

-- Themselves.
CREATE FUNCTION meres_is_reader(who TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT COALESCE(who = current_setting('meres.reader', true), false)
$$;

CREATE FUNCTION meres_manages_everywhere() RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT COALESCE(current_setting('meres.people', true) = '*', false)
$$;

CREATE FUNCTION meres_manages_in(organisation TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT COALESCE(meres_manages_everywhere()
        OR organisation = ANY (string_to_array(current_setting('meres.people', true), ',')), false)
$$;

-- Who works where the reader manages people. It sees the lines that the reader sees, which are enough.
CREATE FUNCTION meres_manages(who TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT meres_manages_everywhere() OR EXISTS (SELECT 1 FROM membership
        WHERE membership.account = who AND membership.until IS NULL AND meres_manages_in(membership.partner))
$$;

-- Whoever was just invited has no role anywhere; nobody else is taken into an organisation by those who do not manage
-- them already. Lines that the reader does not see count as well, so it asks as Meres itself.
CREATE FUNCTION meres_is_new(who TEXT) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
    reader TEXT := COALESCE(current_setting('meres.reader', true), '');
    known BOOLEAN;
BEGIN
    PERFORM set_config('meres.reader', 'meres', true);
    SELECT EXISTS (SELECT 1 FROM membership WHERE membership.account = who) INTO known;
    PERFORM set_config('meres.reader', reader, true);
    RETURN NOT known;
END;
$$;

ALTER TABLE partner ENABLE ROW LEVEL SECURITY;
ALTER TABLE partner FORCE ROW LEVEL SECURITY;
CREATE POLICY meres_itself ON partner USING (meres_itself());
CREATE POLICY managed ON partner FOR SELECT USING (meres_manages_in(id));
-- Where one works, or worked.
CREATE POLICY own ON partner FOR SELECT USING (EXISTS (SELECT 1 FROM membership
    WHERE membership.partner = partner.id AND meres_is_reader(membership.account)));
CREATE POLICY added ON partner FOR INSERT WITH CHECK (meres_manages_everywhere());
CREATE POLICY changed ON partner FOR UPDATE USING (meres_manages_everywhere());

ALTER TABLE account ENABLE ROW LEVEL SECURITY;
ALTER TABLE account FORCE ROW LEVEL SECURITY;
CREATE POLICY meres_itself ON account USING (meres_itself());
CREATE POLICY own_or_managed ON account FOR SELECT USING (meres_is_reader(id) OR meres_manages(id));
CREATE POLICY invited ON account FOR INSERT
    WITH CHECK (COALESCE(current_setting('meres.people', true), '') <> '');
CREATE POLICY changed ON account FOR UPDATE USING (meres_is_reader(id) OR meres_manages(id));

ALTER TABLE membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE membership FORCE ROW LEVEL SECURITY;
CREATE POLICY meres_itself ON membership USING (meres_itself());
CREATE POLICY own_or_managed ON membership FOR SELECT
    USING (meres_is_reader(account) OR meres_manages_in(partner));
CREATE POLICY given ON membership FOR INSERT
    WITH CHECK (meres_manages_in(partner) AND (meres_manages(account) OR meres_is_new(account)));
CREATE POLICY ended ON membership FOR UPDATE USING (meres_manages_in(partner))
    WITH CHECK (meres_manages_in(partner) AND meres_manages(account));

-- Of people whom they manage: seen and ended, and never begun for them.
ALTER TABLE session ENABLE ROW LEVEL SECURITY;
ALTER TABLE session FORCE ROW LEVEL SECURITY;
CREATE POLICY meres_itself ON session USING (meres_itself());
CREATE POLICY own_or_managed ON session FOR SELECT
    USING (meres_is_reader(account) OR meres_manages(account));
CREATE POLICY begun ON session FOR INSERT WITH CHECK (meres_is_reader(account));
CREATE POLICY ended ON session FOR UPDATE USING (meres_is_reader(account) OR meres_manages(account));

-- What proves that it is them is nobody's but theirs.
ALTER TABLE authenticator ENABLE ROW LEVEL SECURITY;
ALTER TABLE authenticator FORCE ROW LEVEL SECURITY;
CREATE POLICY meres_itself ON authenticator USING (meres_itself());
CREATE POLICY own ON authenticator USING (meres_is_reader(account));

ALTER TABLE recovery_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE recovery_code FORCE ROW LEVEL SECURITY;
CREATE POLICY meres_itself ON recovery_code USING (meres_itself());
CREATE POLICY own ON recovery_code USING (meres_is_reader(account));

-- Made for people whom they manage, and void with what it was made for. Used at the door.
ALTER TABLE one_time_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE one_time_link FORCE ROW LEVEL SECURITY;
CREATE POLICY meres_itself ON one_time_link USING (meres_itself());
CREATE POLICY own_or_managed ON one_time_link FOR SELECT
    USING (meres_is_reader(account) OR meres_manages(account));
CREATE POLICY made ON one_time_link FOR INSERT WITH CHECK (meres_manages(account));
CREATE POLICY void ON one_time_link FOR UPDATE USING (meres_is_reader(account) OR meres_manages(account));

-- Guesses at passwords and codes, as keyed hashes: the door's.
ALTER TABLE guess ENABLE ROW LEVEL SECURITY;
ALTER TABLE guess FORCE ROW LEVEL SECURITY;
CREATE POLICY meres_itself ON guess USING (meres_itself());

-- It says of people what they did. Whoever does something adds to it; it is read by those who may, and by everybody what
-- was done to their own account.
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit FORCE ROW LEVEL SECURITY;
CREATE POLICY meres_itself ON audit USING (meres_itself());
CREATE POLICY added ON audit FOR INSERT WITH CHECK (COALESCE(current_setting('meres.reader', true), '') <> '');
CREATE POLICY read_or_own ON audit FOR SELECT USING (COALESCE(current_setting('meres.log', true) = '*', false)
    OR object = 'account:' || NULLIF(current_setting('meres.reader', true), ''));

-- Who somebody is elsewhere. Whoever manages them sees that they have joined by it.
ALTER TABLE identity ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity FORCE ROW LEVEL SECURITY;
CREATE POLICY meres_itself ON identity USING (meres_itself());
CREATE POLICY own ON identity USING (meres_is_reader(account));
CREATE POLICY managed ON identity FOR SELECT USING (meres_manages(account));

ALTER TABLE passkey ENABLE ROW LEVEL SECURITY;
ALTER TABLE passkey FORCE ROW LEVEL SECURITY;
CREATE POLICY meres_itself ON passkey USING (meres_itself());
CREATE POLICY own ON passkey USING (meres_is_reader(account));
