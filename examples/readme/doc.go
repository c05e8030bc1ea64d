// Readme is the program that the README shows: it makes a team, buys seats,
// jumps a year ahead and prints what time has done.
package main
