package httpapi

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/mux"
)

const maxName = 512 // bytes of a package name

// guard refuses requests before routing: an address that is too long, a path that two programs could
// read in two ways, or a body where none belongs.
func (f *front) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := f.admissible(r); err != nil {
			f.fail(w, r, err)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, f.limits.BodyBytes)
		next.ServeHTTP(w, r)
	})
}

func (f *front) admissible(r *http.Request) error {
	path := r.URL.EscapedPath()
	if n := len(path) + len(r.URL.RawQuery); n > f.limits.URLBytes {
		p := bad("url_too_long", f.limits.URLBytes, "the address has %d bytes: send at most %d", n, f.limits.URLBytes)
		p.status = http.StatusRequestURITooLong
		return p
	}
	if !plainPath(path) {
		return refuse(http.StatusBadRequest, "bad_path", "the path holds an empty or dot segment, a backslash or a needless escape: send it in its plain form")
	}
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.ContentLength != 0 {
		return refuse(http.StatusBadRequest, "body_not_allowed", "%s takes no body: send the parameters in the query", r.Method)
	}
	return nil
}

// plainPath tells whether a path as sent has one reading only. Escapes are those that a client makes of
// a package name ("@", "/" and the marks that some encoders escape); a doubled escape ("%25"), an
// escaped dot, NUL or backslash is not among them. Empty and dot segments are none, escaped or not.
func plainPath(p string) bool {
	for i := range len(p) {
		if p[i] != '%' {
			continue
		}
		c, err := url.PathUnescape(p[i:min(i+3, len(p))])
		if err != nil || !strings.Contains("@/!'()*~", c) {
			return false
		}
	}
	plain, err := url.PathUnescape(p)
	if err != nil || !strings.HasPrefix(p, "/") || strings.Contains(plain, "//") || strings.Contains(plain, `\`) {
		return false
	}
	for segment := range strings.SplitSeq(plain, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

// mounted answers under a prefix as well as at the root.
func mounted(prefix string, next http.Handler) http.Handler {
	prefix = strings.TrimRight(prefix, "/")
	if prefix == "" {
		return next
	}
	under := http.StripPrefix(prefix, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.EscapedPath(), prefix+"/") {
			under.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// nameOf is the package name in a path, unescaped exactly once: "@scope%2fname", "@scope%2Fname" and
// "@scope/name" are the same.
func nameOf(r *http.Request) (string, error) {
	name, err := url.PathUnescape(mux.Vars(r)["name"])
	if err != nil || !validName(name) {
		return "", bad("bad_name", maxName, "not a package name: letters, digits and -._~!'()*, with one @scope/ before it at most, and no more than %d bytes", maxName)
	}
	return name, nil
}

// validName is the grammar of package names, the same as ingest's: exact bytes, one optional scope, no
// dot in front of either part and no underscore in front of the name itself.
func validName(name string) bool {
	if len(name) > maxName || strings.EqualFold(name, "node_modules") || strings.EqualFold(name, "favicon.ico") {
		return false
	}
	if scoped, ok := strings.CutPrefix(name, "@"); ok {
		scope, own, found := strings.Cut(scoped, "/")
		return found && validPart(scope) && validPart(own) && own[0] != '_'
	}
	return validPart(name) && name[0] != '_'
}

func validPart(s string) bool {
	if s == "" || s[0] == '.' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !alphanumeric(c) && !strings.ContainsRune("-._~!'()*", rune(c)) {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
