// Package simulatortest lets a Go test live through years of an account in a few
// lines:
//
//	func TestAnInvitationEnds(t *testing.T) {
//		tl := simulatortest.Start(t, simulator.Config{})
//		simulatortest.Do(tl, account.CreateTeam{Team: "acme", Owner: "ada@acme.test"})
//		simulatortest.Do(tl.As("ada@acme.test"), account.Invite{Team: "acme", Email: "bob@acme.test"})
//		tl.Advance("7d")
//		simulatortest.Want(tl, account.InvitationsQuery{Team: "acme"}, []account.InvitationShown{{Status: account.Expired}})
//	}
//
// Every [Start] makes a world of its own, so tests run in parallel. A test that
// fails says what differs, by go-cmp, and prints what happened around it: every
// command with its outcome and whatever time brought, the last lines of it.
//
// The host's own code is driven by the same clock: it is handed [Timeline.Engine]
// and [Timeline.Clock], and [Timeline.Every] calls its nightly job while time
// passes. What it does shows in the timeline too.
package simulatortest
