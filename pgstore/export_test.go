package pgstore

import "github.com/jackc/pgx/v5"

// Unsent sets how many rows a transaction writes before they are sent, so that tests
// of savepoints need not write thousands.
func Unsent(n int) Option { return func(o *options) { o.unsent = n } }

// CreateVersions makes the table of what was migrated.
const CreateVersions = createVersions

// Unheard reports whether the server is known not to have taken what failed.
var Unheard = unheard

// Pause is how long an update waits after an attempt, at most Longest.
var Pause = pause

// Longest bounds every pause.
const Longest = longest

// Sent sets who is told of every batch of statements.
func Sent(fn func(*pgx.Batch)) Option { return func(o *options) { o.sent = fn } }
