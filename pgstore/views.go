package pgstore

import (
	"context"
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5"

	"github.com/seatbook/seatbook/store"
)

// Views makes a view of each table for reports, in place of those that a release
// before has made. It connects as the owner of the tables, after [Migrate]
// and by a URL of the same form. The codecs are those of the engine ([seatbook.Engine.Codecs]).
//
// A view is named after its table, as in seatbook_billing_invoice, and has a column
// for each field of the record, such as self_service for SelfService: numbers as bigint, instants as
// timestamptz, what is a structure as jsonb. Its column stream_text is the team or
// the person; a report on one team is quick if it asks by the column stream, which
// leads the primary key and has the same text with a mark behind it:
//
//	select id, status from seatbook_billing_invoice where stream = 'acme\000\001'
//
// Views are for reading by people. Nothing of the library reads them.
func Views(ctx context.Context, url string, codecs []store.Codec) (err error) {
	var statements []string
	made := map[string]string{}
	for _, c := range codecs {
		name, statement, err := viewOf(c)
		if err != nil {
			return err
		}
		if other := made[name]; other != "" {
			return fmt.Errorf("pgstore: the tables %s and %s would have the same view, %s", other, c.Table, name)
		}
		made[name] = c.Table
		statements = append(statements, "drop view if exists "+quoted(name), statement)
	}
	config, err := connConfig(url)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("pgstore: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("pgstore: %w", err)
		}
	}
	return nil
}

// longestName is how many bytes PostgreSQL keeps of a name.
const longestName = 63

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// viewName is what the view of a table is called.
func viewName(table string) string {
	name := strings.NewReplacer(".", "_", "-", "_").Replace(table)
	if !strings.HasPrefix(name, "seatbook_") {
		name = "seatbook_" + name
	}
	return name
}

// viewOf writes the statement that makes the view of a table. What stands in it
// besides constants are names of tables and fields in Go code.
func viewOf(c store.Codec) (name, statement string, err error) {
	name = viewName(c.Table)
	if len(name) > longestName {
		return "", "", fmt.Errorf("pgstore: the view %s has a name of more than %d bytes", name, longestName)
	}
	zero, err := c.Decode(c.Version, []byte("{}"))
	if err != nil {
		return "", "", fmt.Errorf("pgstore: the table %s has no view: %w", c.Table, err)
	}
	columns := []string{
		"stream", "key", "version",
		"convert_from(substring(stream for length(stream) - 2), 'UTF8') as stream_text",
		"record",
	}
	taken := []string{"stream", "key", "version", "stream_text", "record"}
	for _, f := range fieldsOf(reflect.TypeOf(zero)) {
		column := columnOf(f.name)
		for slices.Contains(taken, column) {
			column += "_"
		}
		taken = append(taken, column)
		columns = append(columns, f.expression()+" as "+quoted(column))
	}
	statement = "create view " + quoted(name) + " as select " + strings.Join(columns, ", ") +
		" from seatbook_record cross join lateral (" + readable + ") as held where kind = '" + strings.ReplaceAll(c.Table, "'", "''") + "'"
	return name, statement, nil
}

// readable reads a record as jsonb, which cannot hold two things that JSON can say: the
// character NUL, shown as the one that stands for what cannot be shown, and halves of
// characters beyond the first 65,536, shown as they are written. One of them in one
// record would make the whole view unreadable. A control character never stands in
// JSON, so it can hold the place of an escaped backslash meanwhile. The offset
// makes the server read each record once and not once for each column.
const readable = `select case when position('\u' in value) = 0 then value::jsonb else
	replace(regexp_replace(replace(replace(value, '\\', chr(1)), '\u0000', '\ufffd'),
		'\\u([dD][89a-fA-F][0-9a-fA-F]{2})', chr(1) || 'u\1', 'g'), chr(1), '\\')::jsonb
	end as record offset 0`

// field is a field of a record as JSON has it.
type field struct {
	name string
	sql  string
}

// columnOf writes the name of a field as columns are written.
func columnOf(name string) string {
	var b strings.Builder
	small := false
	for _, r := range name {
		if unicode.IsUpper(r) && small {
			b.WriteByte('_')
		}
		small = unicode.IsLower(r) || unicode.IsDigit(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// expression reads the field out of the record.
func (f field) expression() string {
	name := "'" + strings.ReplaceAll(f.name, "'", "''") + "'"
	if f.sql == "jsonb" {
		return "record -> " + name
	}
	return "(record ->> " + name + ")::" + f.sql
}

var (
	instant = reflect.TypeFor[time.Time]()
	texts   = reflect.TypeFor[encoding.TextMarshaler]()
)

// fieldsOf lists what encoding/json writes of a struct, embedded ones included.
func fieldsOf(t reflect.Type) (list []field) {
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || tag == "-" || len(f.Index) > 1 || f.Anonymous && tag == "" && f.Type.Kind() == reflect.Struct {
			continue
		}
		name := f.Name
		if tag != "" {
			name = tag
		}
		list = append(list, field{name: name, sql: sqlType(f.Type)})
	}
	return list
}

// sqlType is the type of a column.
func sqlType(t reflect.Type) string {
	switch {
	case t == instant:
		return "timestamptz"
	case t.Implements(texts):
		return "text"
	}
	switch t.Kind() { //nolint:exhaustive // what is no simple value stays as it is
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return "bigint"
	case reflect.Uint, reflect.Uint64, reflect.Float32, reflect.Float64:
		return "numeric"
	default:
		return "jsonb"
	}
}
