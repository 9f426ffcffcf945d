package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

const minToken = 32 // characters; shorter ones can be guessed

// CheckAdminListen refuses an admin address that others can reach without a token, and a token that can
// be guessed.
func CheckAdminListen(addr, token string) error {
	if token != "" && len(token) < minToken {
		return fmt.Errorf("admin-token has %d characters: use at least %d random ones", len(token), minToken)
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("admin address %q: %w", addr, err)
	}
	if token == "" && !loopback(host) {
		return fmt.Errorf("admin address %q can be reached from outside: set the key admin-token, or listen on 127.0.0.1", addr)
	}
	return nil
}

// loopback tells whether a host name or address is this machine only.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.Unmap().IsLoopback()
}

// authorize asks for the bearer token on every route. Without a token only requests that name this
// machine by address pass: a web page that points its own host name here gets nothing.
func (f *front) authorize(token string, next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token == "" {
			if !byAddress(r.Host) {
				f.fail(w, r, refuse(http.StatusForbidden, "host_not_allowed", "the admin listener is asked by address only, such as 127.0.0.1, unless it has a token"))
				return
			}
			next.ServeHTTP(w, r)
			return
		}
		kind, sent, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(sent))
		if !strings.EqualFold(kind, "Bearer") || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="pkgsearch admin"`)
			f.fail(w, r, refuse(http.StatusUnauthorized, "unauthorized", "send the admin token: Authorization: Bearer TOKEN"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// byAddress tells whether a Host header holds an address or localhost.
func byAddress(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || host == "localhost"
}

// sameOrigin refuses requests with effects that a browser sends on behalf of another site.
func (f *front) sameOrigin(next http.Handler) http.Handler {
	check := http.NewCrossOriginProtection()
	check.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.fail(w, r, refuse(http.StatusForbidden, "cross_origin", "the admin listener takes no requests from other sites"))
	}))
	return check.Handler(next)
}
