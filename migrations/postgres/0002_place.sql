CREATE TABLE postcode (
    postcode   TEXT COLLATE "C" PRIMARY KEY,  -- "NG31 7AA"
    easting    BIGINT NOT NULL,   -- metres, British National Grid
    northing   BIGINT NOT NULL,
    lsoa       TEXT COLLATE "C",
    terminated BIGINT NOT NULL    -- 1: no longer in use
);

CREATE TABLE area (
    lsoa       TEXT COLLATE "C" PRIMARY KEY,
    name       TEXT COLLATE "C",
    district   TEXT COLLATE "C",
    imd_decile BIGINT,            -- 1 is the most deprived
    imd_rank   BIGINT,
    rural      TEXT COLLATE "C",              -- the code of the rural-urban classification, as given
    outline    TEXT COLLATE "C"               -- JSON: rings of [easting, northing]
);

CREATE TABLE practice (
    ods                 TEXT COLLATE "C" PRIMARY KEY,
    name                TEXT COLLATE "C" NOT NULL,
    address             TEXT COLLATE "C" NOT NULL,  -- JSON: lines
    postcode            TEXT COLLATE "C",
    opened_on           TEXT COLLATE "C",
    closed_on           TEXT COLLATE "C",
    status              TEXT COLLATE "C",
    prescribing_setting BIGINT,         -- 4 is a GP practice
    commissioner        TEXT COLLATE "C",
    phone               TEXT COLLATE "C"
);
