package rule

import (
	"fmt"
	"strings"
	"time"
)

// Show writes a value as people read it: an instant as RFC 3339 in its own
// zone, a list in brackets, everything else by its own text.
func Show(v any) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case string:
		return v
	case time.Time:
		if v.IsZero() {
			return "never"
		}
		return v.Format(time.RFC3339Nano)
	case *time.Time:
		if v == nil {
			return "never"
		}
		return Show(*v)
	case []string:
		return "[" + strings.Join(v, ", ") + "]"
	case error:
		return v.Error()
	default:
		return fmt.Sprint(v)
	}
}
