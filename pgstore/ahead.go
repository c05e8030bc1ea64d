package pgstore

import (
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/seatbook/seatbook/store"
)

// A command reads a dozen rows of a team and a few of a person, mostly of tables
// that other commands have just read of other teams. So the first read of a stream
// brings, in the same round trip, the first rows of each table that is usually read in
// streams of its sort. What was brought is as good as any read: it is of the same
// snapshot, and part of what is compared at the commit.

const (
	// aheadRows is how many rows of one table or index are brought.
	aheadRows = 16
	// aheadKinds is how many tables and indexes are brought at most.
	aheadKinds = 40
	// usual is how often, of one, a table has to be read to be brought.
	usual = 0.08
	// lesson is how much one transaction changes a habit.
	lesson = 0.04
)

// sortOf tells streams apart that are used in different ways, by how their names
// begin. Streams that all share are none of them: what is read there is part of
// what is compared, and should be little.
func sortOf(stream string) (sort byte, ok bool) {
	switch {
	case len(stream) <= len(mark) || !strings.HasSuffix(stream, mark), stream[0] == '!':
		return 0, false
	case stream[0] == '~':
		return '~', true
	default:
		return 'a', true
	}
}

// habits are how often tables and indexes are read in streams of each sort.
type habits struct {
	mu sync.Mutex
	of map[byte]map[string]float64
}

// usual returns the kinds to bring, in the order of their keys.
func (h *habits) usual(sort byte) (kinds []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	known := h.of[sort]
	for kind, often := range known {
		if often >= usual {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) > aheadKinds {
		slices.SortFunc(kinds, func(a, b string) int {
			if known[a] != known[b] {
				return compare(known[b], known[a])
			}
			return strings.Compare(a, b)
		})
		kinds = kinds[:aheadKinds]
	}
	slices.Sort(kinds)
	return kinds
}

func compare(a, b float64) int {
	if a < b {
		return -1
	}
	return 1
}

// learn takes up what a transaction has read in streams of a sort.
func (h *habits) learn(read map[byte]map[string]bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for sort, kinds := range read {
		if h.of == nil {
			h.of = map[byte]map[string]float64{}
		}
		known := h.of[sort]
		if known == nil {
			known = map[string]float64{}
			h.of[sort] = known
		}
		for kind, often := range known {
			if known[kind] = often * (1 - lesson); known[kind] < lesson/8 {
				delete(known, kind)
			}
		}
		for kind := range kinds {
			if known[kind] == 0 {
				known[kind] = 2 * usual // What is read once is read again soon.
			}
			known[kind] += lesson
		}
	}
}

// span is a part of a stream of which every row was read.
type span struct {
	// from and to bound it as in a range.
	from, to string
	rows     []kept
}

// kindSpan is where a kind stands in a stream.
func kindSpan(stream, kind string) store.Range {
	return store.Prefix(stream + headOf(kind))
}

// aheadOf queues what is usually read in the stream of a key, the first time that the
// stream is read.
func (t *tx) aheadOf(key string, b *pgx.Batch) {
	stream, rest := divide(key)
	sort, ok := sortOf(stream)
	if !ok || rest == "" {
		return
	}
	t.reads(sort, store.TableOf(key))
	if t.streams[stream] {
		return
	}
	if t.streams == nil {
		t.streams = map[string]bool{}
	}
	t.streams[stream] = true
	kinds := t.store.habits.usual(sort)
	if len(kinds) == 0 {
		return
	}
	var from, to [][]byte
	spans := make([]*span, len(kinds))
	for i, kind := range kinds {
		r := kindSpan(stream, kind)
		spans[i] = &span{from: r.From, to: r.To}
		from, to = append(from, []byte(r.From[len(stream):])), append(to, []byte(r.To[len(stream):]))
	}
	b.Queue(ahead, []byte(stream), from, to, aheadRows).Query(func(rows pgx.Rows) error {
		return t.takeAhead(rows, stream, kinds, spans)
	})
}

// takeAhead takes in what was brought.
func (t *tx) takeAhead(rows pgx.Rows, stream string, kinds []string, spans []*span) error {
	for rows.Next() {
		var key, value []byte
		var version *int32
		var place int
		row := &seen{found: true}
		if err := rows.Scan(&place, &key, &row.version, &row.record.value, &row.target, &version, &value); err != nil {
			return err
		}
		s := spans[place-1]
		k := kept{key: stream + string(key), row: row}
		s.rows = append(s.rows, k)
		t.remember(k.key, row)
		if named := stream + string(row.target); version != nil && t.seen[named] == nil {
			t.remember(named, &seen{found: true, record: record{version: *version, value: value}})
		}
	}
	if t.spans == nil {
		t.spans = map[string]*span{}
	}
	for i, s := range spans {
		if len(s.rows) >= aheadRows {
			s.to = following(s.rows[len(s.rows)-1].key) // There may be more behind it.
		}
		t.spans[stream+headOf(kinds[i])] = s
	}
	return nil
}

// covering returns the span in which a key, or the beginning of a range, stands.
func (t *tx) covering(key string) *span {
	if len(t.spans) == 0 {
		return nil
	}
	stream, _ := divide(key)
	s := t.spans[stream+headOf(store.TableOf(key))]
	if s == nil || key < s.from || key >= s.to {
		return nil
	}
	sort, _ := sortOf(stream)
	t.reads(sort, store.TableOf(key))
	return s
}

// find returns where a key stands among the rows, or would.
func (s *span) find(key string) (at int, found bool) {
	return slices.BinarySearchFunc(s.rows, key, func(k kept, key string) int { return strings.Compare(k.key, key) })
}

// brought returns the row of a key, which may be that there is none, or nil where
// only the server knows.
func (t *tx) brought(key string) *seen {
	s := t.covering(key)
	if s == nil {
		return nil
	}
	if i, found := s.find(key); found {
		return s.rows[i].row
	}
	return &seen{}
}

// page returns the rows of a range if all of them were brought.
func (t *tx) page(r store.Range) ([]kept, bool) {
	if r.To == "" {
		return nil, false
	}
	s := t.covering(r.From)
	if s == nil || r.To > s.to {
		return nil, false
	}
	from, _ := s.find(r.From)
	to, _ := s.find(r.To)
	list := slices.Clone(s.rows[from:to])
	if r.Reverse {
		slices.Reverse(list)
	}
	return list, true
}

// reads remembers what was read in streams of a sort.
func (t *tx) reads(sort byte, kind string) {
	if t.read == nil {
		t.read = map[byte]map[string]bool{}
	}
	if t.read[sort] == nil {
		t.read[sort] = map[string]bool{}
	}
	t.read[sort][kind] = true
}

// forget drops what was read, where the server has something else now.
func (t *tx) forget() { t.seen, t.spans = nil, nil }
