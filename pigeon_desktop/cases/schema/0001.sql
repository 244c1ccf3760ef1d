-- A case. Photographs are known by their content: what was read twice is one photograph with two files.

CREATE TABLE about (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    purpose TEXT NOT NULL,
    created TEXT NOT NULL,
    keeps_copies INTEGER NOT NULL,
    -- Length and last hash of the chain: entries that were cut off at its end are missed.
    entries INTEGER NOT NULL,
    head TEXT NOT NULL
) STRICT;

-- The folders that were added. Where one is not there, its files wait and do not count as gone.
CREATE TABLE roots (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE photos (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    width INTEGER NOT NULL DEFAULT 0,
    height INTEGER NOT NULL DEFAULT 0,
    warnings TEXT NOT NULL DEFAULT '[]',
    -- Perceptual hash, a signed 64-bit number; NULL until it was decoded.
    likeness INTEGER,
    -- Why it cannot be decoded; empty where it can.
    problem TEXT NOT NULL DEFAULT '',
    -- The copy that the case keeps, beneath its folder; empty where it keeps none.
    copy TEXT NOT NULL DEFAULT '',
    verdict INTEGER REFERENCES verdicts (id)
) STRICT;

-- Where photographs lie. Paths are the bytes of the file system. One that was replaced by another picture leaves its
-- old row behind, gone, and gets a new one.
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL,
    root INTEGER NOT NULL REFERENCES roots (id),
    -- As it was when it was read.
    size INTEGER,
    mtime_ns INTEGER,
    -- NULL: not read yet.
    photo INTEGER REFERENCES photos (id),
    -- Why it could not be read; empty where it could.
    problem TEXT NOT NULL DEFAULT '',
    gone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX files_by_path ON files (path);
CREATE INDEX files_by_photo ON files (photo);

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    begun TEXT NOT NULL,
    -- NULL: it goes on, or was killed.
    ended TEXT,
    outcome TEXT NOT NULL DEFAULT '',
    tool TEXT NOT NULL,
    pack_name TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    pack_sha256 TEXT NOT NULL,
    licence TEXT NOT NULL,
    device TEXT NOT NULL,
    self_check REAL NOT NULL,
    within TEXT NOT NULL,
    top INTEGER NOT NULL,
    -- By what beliefs of this run are known in the file of features.
    model TEXT NOT NULL
) STRICT;

-- What was said last of a photograph. Columns are for lists and sorting, `record` is the whole of it.
CREATE TABLE answers (
    photo INTEGER PRIMARY KEY REFERENCES photos (id),
    run INTEGER NOT NULL REFERENCES runs (id),
    status TEXT NOT NULL CHECK (status IN ('located', 'abstained', 'failed')),
    probability REAL NOT NULL,
    country TEXT NOT NULL,
    place TEXT NOT NULL,
    -- Of the first candidate; NULL where there is none.
    latitude REAL,
    longitude REAL,
    record BLOB NOT NULL
) STRICT;
CREATE INDEX answers_by_run ON answers (run);

-- Every verdict there ever was; the one that holds is named by its photograph.
CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY,
    photo INTEGER NOT NULL REFERENCES photos (id),
    -- The one that it took the place of.
    before INTEGER REFERENCES verdicts (id),
    -- The run whose candidates were seen.
    run INTEGER REFERENCES runs (id),
    decision TEXT NOT NULL CHECK (decision IN ('confirmed', 'rejected', 'undecided')),
    latitude REAL,
    longitude REAL,
    rank INTEGER,
    place TEXT NOT NULL,
    note TEXT NOT NULL,
    analyst TEXT NOT NULL,
    time TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX verdicts_by_photo ON verdicts (photo);

-- The audit chain: each entry's hash covers the one before it.
CREATE TABLE chain (
    number INTEGER PRIMARY KEY,
    time TEXT NOT NULL,
    tool TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    before TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER chain_stays BEFORE UPDATE ON chain BEGIN
    SELECT RAISE(ABORT, 'the audit chain is append-only');
END;
CREATE TRIGGER chain_remains BEFORE DELETE ON chain BEGIN
    SELECT RAISE(ABORT, 'the audit chain is append-only');
END;
