package search

import (
	"regexp"
	"strings"
)

// pastedForms are what people paste in place of a name: an install command, a name with a version or tag
// at its end, the address of a package's page. The one group of each is the name.
func pastedForms() []*regexp.Regexp {
	const name = `((?:@[a-z0-9~._-]+/)?[a-z0-9~._-]+)`
	return []*regexp.Regexp{
		regexp.MustCompile(`(?i)^(?:npm|pnpm|yarn|bun) (?:i|install|add) (?:-[a-z-]+ )*` + name + `(?:@[^ @/]+)?$`),
		regexp.MustCompile(`(?i)^` + name + `@[^ @/:]+$`),
		regexp.MustCompile(`(?i)^https?://[^ /]+/package/` + name + `(?:/[^ ]*)?$`),
	}
}

// unpasted gives the name in a pasted text, or the text as it is.
func unpasted(text string) string {
	if !strings.Contains(text, "@") && !strings.Contains(text, "://") && !strings.Contains(text, " ") {
		return text // the usual word
	}
	for _, form := range pastedForms() {
		if m := form.FindStringSubmatch(text); m != nil {
			return m[1]
		}
	}
	return text
}
