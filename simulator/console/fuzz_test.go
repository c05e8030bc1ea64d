package console

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator/report"
)

// long is time that takes long to live through: centuries with their notices.
var long = regexp.MustCompile(`[0-9]{3,} *[ymdh]|[1-9][0-9]+ *[ym]|[3-9][0-9]{3}|2[1-9][0-9]{2}|20[3-9][0-9]|[0-9]{5}`)

// FuzzSession types whatever there is. The session goes on, and what was done can
// be written as a file that comes out as written.
func FuzzSession(f *testing.F) {
	for _, lines := range []string{
		"account.create_team team=acme owner=ada@acme.test\n+30d\nback 7d\nmark a\nrewind a\nfork b\n+1y\nswitch main\nundo",
		"{do: account.create_team, with: {team: acme, owner: ada@acme.test}, save: {t: team.id}}\n{fork: {from: a, name: b, steps: []}}",
		"account.create_team team=acme owner='Ada <ada@acme.test>' country=US\naccount.invite team=acme email=b@c.d products=[x, \"y z\"]\nkeep s=secret\naccount.accept_invitation team=acme secret=$s",
		"account.create_team {team: acme, owner: a@b.c}\nkeep x=team\nmark \x1b\nfork $x\nas a@b.c\naccount.notices team=$x\nwhy\nshow\nstate\nhelp help",
		"account.create_team team=~ owner=!!str\n+\nto 2029-12-31\nback 9y", "mark '\nmark \"\nmark : a\nmark - x\nmark # y\nmark {a\nfork &a\nrewind *a",
	} {
		f.Add(lines)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		const most = 30
		if len(lines) > 2000 || strings.Count(lines, "\n") > most {
			return
		}
		s, out := session(t, report.Options{})
		for line := range strings.SplitSeq(lines, "\n") {
			word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			if word == "save" || word == "load" || long.MatchString(line) || s.play.Now().Year() > 2040 {
				continue
			}
			if errors.Is(s.Run(context.Background(), line), ErrQuit) {
				break
			}
			require.NotContains(t, out.String(), "broken invariant")
			require.NotContains(t, out.String(), "\x1b")
		}
		_, err := s.play.Text(context.Background(), "session.yaml")
		require.NoError(t, err)
	})
}
