package pgstore

// Every statement is one of these texts; what varies is an argument. They are in
// the part of SQL that PostgreSQL shares with the distributed engines that speak
// its protocol.
const (
	beginUpdate = `begin isolation level serializable`
	beginView   = `begin isolation level repeatable read, read only`
	commit      = `commit`
	rollback    = `rollback`

	selectOne = `select version, value, target from seatbook_record where stream = $1 and key = $2`

	anyRow = `select exists (select 1 from seatbook_record)`

	upsert = `insert into seatbook_record (stream, key, kind, version, value, target)
select * from unnest($1::bytea[], $2::bytea[], $3::text[], $4::integer[], $5::text[], $6::bytea[])
on conflict (stream, key) do update set version = excluded.version, value = excluded.value, target = excluded.target`

	remove = `delete from seatbook_record using unnest($1::bytea[], $2::bytea[]) as gone(stream, key)
where seatbook_record.stream = gone.stream and seatbook_record.key = gone.key`
)

// A lateral part with a limit leaves the planner one way: to look each row up by its
// key. Left to choose without knowing the arguments, it would read the table through.

// What is brought ahead of being asked for: the first rows of several parts of a
// stream, with the records that rows of an index name.
const ahead = `select p.place, i.key, i.version, i.value, i.target, r.version, r.value
from unnest($2::bytea[], $3::bytea[]) with ordinality as p(lower, upper, place)
cross join lateral (
	select s.key, s.version, s.value, s.target from seatbook_record s
	where s.stream = $1 and s.key >= p.lower and s.key < p.upper order by s.key limit $4
) i
left join lateral (
	select n.version, n.value from seatbook_record n where n.stream = $1 and n.key = i.target limit 1
) r on true
order by p.place, i.key`

// Ranges within one stream, which is almost every range.
const (
	forwardInStream = `select stream, key, version, value, target from seatbook_record
where stream = $1 and key >= $2 and key < $3 order by key limit $4`
	backwardInStream = `select stream, key, version, value, target from seatbook_record
where stream = $1 and key >= $2 and key < $3 order by key desc limit $4`
)

// Ranges within one index, with the records that its rows name.
const (
	forwardInIndex = `select i.stream, i.key, i.version, i.value, i.target, r.version, r.value
from (
	select * from seatbook_record where stream = $1 and key >= $2 and key < $3 order by key limit $4
) i
left join lateral (
	select n.version, n.value from seatbook_record n where n.stream = $1 and n.key = i.target limit 1
) r on true
order by i.key`
	backwardInIndex = `select i.stream, i.key, i.version, i.value, i.target, r.version, r.value
from (
	select * from seatbook_record where stream = $1 and key >= $2 and key < $3 order by key desc limit $4
) i
left join lateral (
	select n.version, n.value from seatbook_record n where n.stream = $1 and n.key = i.target limit 1
) r on true
order by i.key desc`
)

// Ranges over several streams, with an upper end or without.
const (
	forward = `select stream, key, version, value, target from seatbook_record
where (stream, key) >= ($1, $2) and (stream, key) < ($3, $4) order by stream, key limit $5`
	backward = `select stream, key, version, value, target from seatbook_record
where (stream, key) >= ($1, $2) and (stream, key) < ($3, $4) order by stream desc, key desc limit $5`
	forwardToEnd = `select stream, key, version, value, target from seatbook_record
where (stream, key) >= ($1, $2) order by stream, key limit $3`
	backwardFromEnd = `select stream, key, version, value, target from seatbook_record
where (stream, key) >= ($1, $2) order by stream desc, key desc limit $3`
)
