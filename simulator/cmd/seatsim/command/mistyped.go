package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/seatbook/seatbook/rule"
)

// checked is a command that can say what is wrong with its flags and files without
// running anything.
type checked interface{ check(t *terminal) }

// mistyped says each flag that there is none of, with the nearest one, and whatever
// is wrong with the rest. It reports whether there was any. The library that reads
// command lines stops at the first.
func (t *terminal) mistyped(root *kong.Node, args []string) bool {
	line := commandLine{node: root}
	line.read(args)
	for _, text := range line.unknown {
		t.fault(fmt.Errorf("unknown flag %s", text))
	}
	if len(line.unknown) == 0 {
		return false
	}
	parser, err := t.parser()
	if err != nil {
		return true
	}
	command, err := parser.Parse(line.known)
	switch {
	case err != nil && !line.swallowed:
		t.fault(err)
	case err == nil:
		if c, ok := command.Selected().Target.Addr().Interface().(checked); ok {
			c.check(t)
		}
	}
	return true
}

// commandLine is a command line with flags that there are none of.
type commandLine struct {
	// node is the command so far.
	node *kong.Node
	// known is what is left without them, unknown says each of them.
	known, unknown []string
	// swallowed means that words were taken for values of these flags.
	swallowed bool
}

func (c *commandLine) read(args []string) {
	for i := 0; i < len(args); i++ {
		name, _, valued := strings.Cut(args[i], "=")
		switch {
		case name == "--":
			c.known = append(c.known, args[i:]...)
			return
		case len(name) < 2 || name[0] != '-':
			c.word(args[i])
		case name == "--help" || name == "-h" || name == "--version":
			// What is wrong is told, and not how it would be right in general.
		default:
			flag := c.flag(name)
			if flag != nil {
				c.known = append(c.known, args[i])
			} else {
				flag = c.mistyped(name)
			}
			if valued || flag == nil || flag.IsBool() || i+1 == len(args) {
				continue
			}
			// The next word is the value, as that of the flag that was meant.
			if c.flag(name) != nil {
				i++
				c.known = append(c.known, args[i])
			} else if !strings.HasPrefix(args[i+1], "-") {
				i++
				c.swallowed = true
			}
		}
	}
}

// word is a command or an argument.
func (c *commandLine) word(word string) {
	c.known = append(c.known, word)
	for _, child := range c.node.Children {
		if child.Name == word {
			c.node = child
			return
		}
	}
}

// flags are those that the command takes.
func (c *commandLine) flags() (list []*kong.Flag) {
	node := c.node
	if node.DefaultCmd != nil {
		node = node.DefaultCmd
	}
	return slices.Concat(node.AllFlags(true)...)
}

func (c *commandLine) flag(name string) *kong.Flag {
	for _, flag := range c.flags() {
		if "--"+flag.Name == name {
			return flag
		}
	}
	return nil
}

// mistyped notes a flag that there is none of, and returns the nearest.
func (c *commandLine) mistyped(name string) *kong.Flag {
	var names []string
	for _, flag := range c.flags() {
		names = append(names, "--"+flag.Name)
	}
	best := rule.Nearest(name, names)
	if best != "" {
		name += fmt.Sprintf("; the nearest is %q", best)
	}
	c.unknown = append(c.unknown, name)
	return c.flag(best)
}
