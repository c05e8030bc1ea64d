package pgstore

import _ "embed"

// Roles is the script that creates the owner of the tables and the role that services
// connect as, which may read and write rows and nothing else. A superuser runs it once.
//
//go:embed roles.sql
var Roles string
