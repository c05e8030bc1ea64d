-- Creates the two roles that pgstore works with, and the schema of its tables.
-- A superuser runs it once in the database that seatbook is to live in:
--
--     psql -v ON_ERROR_STOP=1 -f roles.sql your_database
--
-- The owner migrates. The other role is what services connect as: it reads and
-- writes rows and can neither change a table nor make one. What was migrated it
-- reads only: Migrate takes the right to write there from all but the owner. Give
-- both a way to log in that fits the house, such as \password or a certificate.

CREATE ROLE seatbook_owner LOGIN;
CREATE ROLE seatbook LOGIN;

CREATE SCHEMA seatbook AUTHORIZATION seatbook_owner;
GRANT USAGE ON SCHEMA seatbook TO seatbook;
ALTER DEFAULT PRIVILEGES FOR ROLE seatbook_owner IN SCHEMA seatbook
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO seatbook;

ALTER ROLE seatbook_owner SET search_path = seatbook;
ALTER ROLE seatbook SET search_path = seatbook;

-- Every statement of the library finds its rows by the primary key. While a table
-- is small the planner would rather read it whole, and a serializable transaction
-- that has read a table whole conflicts with everybody who writes there.
ALTER ROLE seatbook SET enable_seqscan = off;
ALTER ROLE seatbook SET enable_bitmapscan = off;
ALTER ROLE seatbook SET plan_cache_mode = force_generic_plan;

-- What serializable transactions read is remembered until those beside them have
-- ended. A busy server needs more room for it than the 64 it comes with; this one is
-- set for the whole server, and holds once it is started again:
--
--     ALTER SYSTEM SET max_pred_locks_per_transaction = 512;

-- With a plan forbidden, any other looks so dear that it would be compiled.
ALTER ROLE seatbook SET jit = off;
