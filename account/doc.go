// Package account decides who is who.
//
// A person has one login, known by an e-mail address. People work in teams: a
// team has exactly one primary admin, who made it or was handed it, and any
// number of secondary admins, single-sign-on admins, users and guests. A person
// may be in several teams, with one role in each.
//
// Only admins add people. They send an invitation, which can be accepted for
// seven days; it may name products and groups that wait for the person. People
// can be gathered in groups, so that what is granted to the group is granted to
// everyone in it, present and future.
//
// What a person may do follows from the role alone, by one table (see
// [Authorise]). Whoever lacks a permission is refused by name; what belongs to
// a team one is not in answers exactly like what does not exist.
//
// The package knows nothing of products, seats or money. It tells the packages
// above what happened ([MemberJoined], [MemberLeft], [InvitationSent], …), and
// they react in the same transaction and may refuse.
package account
