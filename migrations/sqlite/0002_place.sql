CREATE TABLE postcode (
    postcode   TEXT PRIMARY KEY,  -- "NG31 7AA"
    easting    BIGINT NOT NULL,   -- metres, British National Grid
    northing   BIGINT NOT NULL,
    lsoa       TEXT,
    terminated BIGINT NOT NULL    -- 1: no longer in use
);

CREATE TABLE area (
    lsoa       TEXT PRIMARY KEY,
    name       TEXT,
    district   TEXT,
    imd_decile BIGINT,            -- 1 is the most deprived
    imd_rank   BIGINT,
    rural      TEXT,              -- the code of the rural-urban classification, as given
    outline    TEXT               -- JSON: rings of [easting, northing]
);

CREATE TABLE practice (
    ods                 TEXT PRIMARY KEY,
    name                TEXT NOT NULL,
    address             TEXT NOT NULL,  -- JSON: lines
    postcode            TEXT,
    opened_on           TEXT,
    closed_on           TEXT,
    status              TEXT,
    prescribing_setting BIGINT,         -- 4 is a GP practice
    commissioner        TEXT,
    phone               TEXT
);
