package ingest

import "strings"

// repositoryURL makes the https web address of a repository from any of the ways npm lets one be
// written: "u/r", "github:u/r" and its like, "git@host:u/r.git", git+https, git+ssh, git, ssh, http
// and https URLs, with or without user info, ".git", a branch, or a path into the tree. It is "" when
// there is no telling, and user info never survives.
func repositoryURL(s string) string {
	if s == "" || len(s) > maxURL || !goodEscapes(s) {
		return ""
	}
	if host, path, ok := shorthand(beforeAny(s, "?#")); ok {
		return webAddress(host, path)
	}
	scheme, rest := transport(s)
	if scheme == "" && hasScheme(rest) && !strings.Contains(beforeAny(rest, ":"), ".") {
		return "" // svn:, file:, javascript: and whatever else
	}
	host, path, ok := authority(rest, scheme)
	if !ok {
		return ""
	}
	return webAddress(host, beforeAny(path, "?#"))
}

// shorthand reads "github:u/r", "gitlab:g/s/r", "bitbucket:u/r", "gist:id" and "u/r".
func shorthand(s string) (host, path string, ok bool) {
	s = strings.TrimPrefix(s, "git+")
	name, rest, found := strings.Cut(s, ":")
	if found && !strings.HasPrefix(rest, "//") {
		hosts := map[string]string{
			"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org", "gist": "gist.github.com",
		}
		host = hosts[strings.ToLower(name)]
		path = strings.Trim(rest[strings.LastIndexByte(rest, '@')+1:], "/")
		return host, path, path != "" && host != "" && (strings.Contains(path, "/") || host == "gist.github.com")
	}
	user, repo, _ := strings.Cut(strings.TrimRight(s, "/"), "/")
	repo, tree, deep := strings.Cut(repo, "/")
	if user == "" || repo == "" || deep && !strings.HasPrefix(tree, "tree/") {
		return "", "", false
	}
	for i := range len(user) {
		if c := user[i]; !letterOrDigit(c) && c != '-' && c != '_' {
			return "", "", false
		}
	}
	return "github.com", user + "/" + repo, validPart(strings.TrimPrefix(repo, "."))
}

// transport takes the scheme off, where it is one that repositories are reached by.
func transport(s string) (scheme, rest string) {
	s = strings.TrimPrefix(s, "git+")
	name, after, ok := strings.Cut(s, ":")
	name = strings.TrimPrefix(strings.ToLower(name), "git+")
	switch name {
	case "http", "https", "git", "ssh":
		if ok {
			return name, strings.TrimPrefix(after, "//")
		}
	}
	return "", strings.TrimPrefix(s, "//")
}

// authority splits what follows the scheme into host and path, without user info. After the host comes
// a slash, a port, or a colon as in "git@host:u/r".
func authority(s, scheme string) (host, path string, ok bool) {
	end := strings.IndexAny(s, "/?#")
	if end < 0 {
		end = len(s)
	}
	userHost, path := s[:end], s[end:]
	host = userHost[strings.LastIndexByte(userHost, '@')+1:]
	name, after, colon := strings.Cut(host, ":")
	if colon {
		port := scheme != "" && digits(after) == len(after)
		switch {
		case !port && host == userHost && strings.Contains(path, "@"):
			return "", "", false // a password that holds a slash
		case !port:
			host, path = name, "/"+after+path
		case scheme != "http" && scheme != "https" || after == "" || after == "80" || after == "443":
			host = name // the port of git or ssh says nothing about the web
		}
	}
	host = strings.ToLower(host)
	dotted := strings.Contains(host, ".") && strings.Trim(host, ".-") == host
	bare := scheme != "" && !colon && !strings.Contains(path, "@") // a machine of one's own network
	if !goodHost(host) || !dotted && !bare {
		return "", "", false
	}
	return host, path, true
}

// webAddress is the page of the repository at path on host: without ".git", and without what leads
// into its tree.
func webAddress(host, path string) string {
	switch bare := strings.TrimPrefix(host, "www."); bare {
	case "github.com", "gitlab.com", "bitbucket.org":
		host = bare
	}
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		part = strings.TrimSpace(part)
		if part == ".." {
			return ""
		}
		inTree := len(parts) >= 2 && (part == "tree" || part == "blob" || part == "-")
		twoPart := len(parts) == 2 && (host == "github.com" || host == "bitbucket.org")
		if inTree || twoPart {
			break
		}
		if part != "" && part != "." {
			parts = append(parts, part)
		}
	}
	if n := len(parts); n > 0 {
		last := parts[n-1]
		for strings.HasSuffix(last, ".git") {
			last = strings.TrimSuffix(last, ".git")
		}
		if last == "" {
			return ""
		}
		parts[n-1] = last
	}
	return webURL("https://" + strings.Join(append([]string{host}, parts...), "/"))
}

// beforeAny is the part of s before the first of chars.
func beforeAny(s, chars string) string {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i]
	}
	return s
}
