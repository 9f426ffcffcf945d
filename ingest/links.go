package ingest

import (
	"net/url"
	"strings"
)

const maxURL = 2048 // bytes; longer ones break clients and are nobody's homepage

// homepage reads a homepage: a text, an object's url, or the first usable one of an array. Without a
// scheme it gets http://.
func homepage(v value) (string, fit) {
	return link(v, func(s string) string {
		if s != "" && !hasScheme(s) {
			s = "http://" + strings.TrimLeft(s, "/")
		}
		return webURL(s)
	})
}

// bugs reads where to report bugs: a text, or an object's url. A mail address is none.
func bugs(v value) (string, fit) { return link(v, webURL) }

// repository reads a repository: a text, an object's url, or the first usable one of an array.
func repository(v value) (string, fit) { return link(v, repositoryURL) }

// link finds the text that may be a URL and lets read make it one.
func link(v value, read func(string) string) (string, fit) {
	switch v.kind {
	case text:
		s := read(v.line())
		return s, filled(s)
	case object:
		for _, key := range []string{"url", "web"} {
			if u := v.get(key); u.kind == text {
				s := read(u.line())
				return s, filled(s)
			}
		}
	case array:
		for _, item := range v.items {
			if item.kind == array {
				continue
			}
			if s, f := link(item, read); f == good {
				return s, good
			}
		}
		return "", blank
	}
	return "", wrong
}

// webURL is s as an http or https URL without user info, "" when it is none or has a malformed percent
// escape. Scheme and host become lower case, bytes that a URL may not hold are escaped, the rest stays
// as it is written.
func webURL(s string) string {
	scheme, rest, ok := strings.Cut(s, ":")
	scheme = strings.ToLower(scheme)
	if !ok || scheme != "http" && scheme != "https" || !strings.HasPrefix(rest, "//") || !goodEscapes(s) {
		return ""
	}
	rest = rest[2:]
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, path := rest[:end], rest[end:]
	host = strings.ToLower(host[strings.LastIndexByte(host, '@')+1:])
	if !goodHost(host) || strings.Contains(rest[:end], "\\") { // browsers read a backslash as a slash
		return ""
	}
	clean := scheme + "://" + host + escape(path)
	if len(clean) > maxURL {
		return ""
	}
	return clean
}

// hasScheme tells whether s begins with a scheme. The name of a host before a port is none.
func hasScheme(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || !letterOrDigit(scheme[0]) || digits(scheme) > 0 {
		return false
	}
	for i := range len(scheme) {
		if c := scheme[i]; !letterOrDigit(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	port := digits(rest)
	atEnd := port == len(rest) || strings.IndexByte("/?#", rest[port]) >= 0
	return port == 0 || !atEnd || !strings.Contains(scheme, ".") && scheme != "localhost"
}

// goodEscapes tells whether every percent sign begins an escape.
func goodEscapes(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2])) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// goodHost tells whether host, with its port if it has one, can be looked up.
func goodHost(host string) bool {
	if strings.ContainsAny(host, " %\\\"<>^`{|}@") || !strings.ContainsFunc(host, func(r rune) bool {
		return r >= 0x80 || letterOrDigit(byte(r))
	}) {
		return false
	}
	u, err := url.Parse("http://" + host)
	return err == nil && u.Hostname() != "" && u.User == nil && u.Path == ""
}

// escape writes bytes that may not stand in a URL as percent escapes.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7F || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
