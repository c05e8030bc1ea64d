// Package rule holds what every domain package of seatbook is made of.
//
// A [Rule] has an identifier, a sentence, a source and typed parameters. It is
// declared once, beside the code that applies it, and that code cites it with
// the figures that decided, so that every answer and refusal explains itself.
//
// A command or a query is a plain struct. A query sees a [View]: one instant,
// one state, who asks, the parameters in force. A command sees a [Scope]: a
// View that can also write, queue what time will bring, and tell other
// packages what happened. Neither reads a clock.
//
// What one team or one person is concerned with is a [Stream]. Every record
// belongs to one, everything due is queued in one, and a command names those
// it touches before it runs.
//
// A [Module] is what a domain package hands to the engine: its rules,
// commands, queries, tables, due work and reactions.
package rule
