package report

import "charm.land/lipgloss/v2"

// paint colours parts of a line, or leaves them as they are.
type paint struct {
	bold, dim, date, branch, rule, money, note, good, bad func(string) string
}

func painter(color bool) paint {
	as := func(s lipgloss.Style) func(string) string {
		if !color {
			return func(text string) string { return text }
		}
		return func(text string) string {
			if text == "" {
				return ""
			}
			return s.Render(text)
		}
	}
	style := lipgloss.NewStyle
	return paint{
		bold: as(style().Bold(true)), dim: as(style().Faint(true)),
		date: as(style().Bold(true).Foreground(lipgloss.Blue)), branch: as(style().Foreground(lipgloss.Magenta)),
		rule: as(style().Foreground(lipgloss.Cyan)), money: as(style().Foreground(lipgloss.Yellow)),
		note: as(style().Italic(true)),
		good: as(style().Foreground(lipgloss.Green)), bad: as(style().Foreground(lipgloss.Red)),
	}
}
