// Package pgstore keeps everything in PostgreSQL.
//
// It is for the service that outgrows the memory of one machine: several
// processes work on one database, and what is committed there is the record.
// The rules, the engine and every call stay as they are over memstore. It passes
// store/storetest.
//
//	err := pgstore.Migrate(ctx, ownerURL)     // once for each release, as the owner of the tables
//	s, err := pgstore.Open(ctx, url)          // as a role that may only read and write rows
//	engine, err := seatbook.New(s, config)
//
// # Rows
//
// There is one table, seatbook_record, whose primary key is the stream (a team, a
// person) and the rest of the key, as bytes. So an engine that spreads a table over
// machines can do so by the first column; docs/scale.md says which of them keep an
// update serializable there. A record stands there as JSON, with its
// table and the version of its codec, and [Views] makes a view of each table for
// reports. The text is kept to the byte, because the journal's hashes are of bytes.
//
// # Transactions
//
// An update is serializable: what it reads is part of what is compared at its
// commit, and no decision rests on a lock. One that loses against another is run
// again, after a moment, as often as [Attempts] says. It keeps what it writes in
// memory and sends it together with its commit; a read sends nothing that was read
// before in the same transaction. A Try costs nothing but where so much was written
// that a part had to be sent, and is a savepoint there.
//
// A view is a snapshot (repeatable read, read only). That is one state which was
// committed, and it is enough, because nothing is decided in a view: a command reads
// again in its own transaction what it decides on. It never waits, and never fails
// for what others write.
//
// # What can go wrong
//
// An update whose error is not [ErrInDoubt] has kept nothing. ErrInDoubt says that
// the connection was lost while the commit was under way, so that nobody can tell;
// a command with an idempotency key is then simply run again, and so is RunDue. A
// session that the server had ended before the commit could be sent is no doubt where
// that is certain.
package pgstore
