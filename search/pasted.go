package search

import (
	"regexp"
	"strings"
)

// pastedName is a package's name, as a group.
const pastedName = `((?:@[a-z0-9~._-]+/)?[a-z0-9~._-]+)`

// pastedForm is what a text may be that people paste in place of a name: an install command, a name with a version or
// tag at its end, the address of a package's page. The one group is the name; "" for what is none of them.
func pastedForm(text string) string {
	command, _, more := strings.Cut(text, " ")
	switch at := strings.LastIndexByte(text, '@'); {
	case more && isInstaller(command):
		return `(?i)^[a-z]+ (?:i|install|add) (?:-[a-z-]+ )*` + pastedName + `(?:@[^ @/]+)?$`
	case strings.Contains(text, "://"):
		return `(?i)^https?://[^ /]+/package/` + pastedName + `(?:/[^ ]*)?$`
	case !more && at > 0:
		return `(?i)^` + pastedName + `@[^ @/:]+$`
	}
	return ""
}

func isInstaller(command string) bool {
	switch strings.ToLower(command) {
	case "npm", "pnpm", "yarn", "bun":
		return true
	}
	return false
}

// unpasted gives the name in a pasted text, or the text as it is.
func unpasted(text string) string {
	form := pastedForm(text)
	if form == "" {
		return text // as usual, and cheap
	}
	if m := regexp.MustCompile(form).FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return text
}
