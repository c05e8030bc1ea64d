-- +goose Up
-- One row of the ordered map. The whole key is stream || key: the stream with
-- the mark that ends it, then the rest. Both are compared byte by byte.
CREATE TABLE seatbook_record (
    stream  bytea   NOT NULL,
    key     bytea   NOT NULL,
    -- What the row belongs to: a table, or table/index for a row of an index.
    kind    text    NOT NULL,
    -- The version of the table's codec that wrote the value; 0 in an index.
    version integer NOT NULL,
    -- The record as JSON, to the byte as it was encoded; empty in an index.
    value   text    NOT NULL,
    -- The key of the record that a row of an index names, in the same stream.
    target  bytea,
    PRIMARY KEY (stream, key)
);

-- +goose Down
DROP TABLE seatbook_record;
