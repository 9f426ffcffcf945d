package httpapi

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// serve runs a server on a free port until the test ends.
func serve(t *testing.T, s *http.Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return l.Addr().String()
}

// send writes raw bytes on a new connection and reads one reply.
func send(t *testing.T, addr, raw string) *http.Response {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(10 * time.Second))
	go io.WriteString(c, raw) // a server that refuses early may not read all
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("%.80q: %v", raw, err)
	}
	return resp
}

// TestMegabyteQuery: a query of a megabyte is refused, by its length or by the connection's end, and the next
// question is answered.
func TestMegabyteQuery(t *testing.T) {
	api, _ := newTestAPI(Options{})
	addr := serve(t, Server(api, ""))
	resp, err := http.Get("http://" + addr + "/-/v1/search?text=" + strings.Repeat("a", 1<<20))
	if err == nil {
		resp.Body.Close()
		if resp.StatusCode != http.StatusRequestURITooLong && resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("got %s", resp.Status)
		}
	}
	resp = send(t, addr, "GET /-/v1/search?text=a HTTP/1.1\r\nHost: a\r\n\r\n")
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the next question got %s", resp.Status)
	}
}

// TestRawRequests sends what no HTTP client would write.
func TestRawRequests(t *testing.T) {
	api, _ := newTestAPI(Options{})
	addr := serve(t, Server(api, ""))
	for line, want := range map[string]int{
		"GET /-/v1/search?text=a HTTP/1.1":                                 200,
		"GET http://other.example/-/v1/search?text=a HTTP/1.1":             200,
		"HEAD /-/v1/search?text=a HTTP/1.1":                                200,
		"GET //-/v1/search HTTP/1.1":                                       400,
		"GET /x/..%2f-/v1/search HTTP/1.1":                                 400,
		"GET /x/../-/v1/search HTTP/1.1":                                   400,
		"GET /-%2fv1%2fsearch HTTP/1.1":                                    404,
		`GET /api\v1/search HTTP/1.1`:                                      400,
		"GET /api/v1/packages/\xc3\xa9 HTTP/1.1":                           400,
		"GET http://other.example HTTP/1.1":                                400,
		"OPTIONS * HTTP/1.1":                                               200, // net/http's own answer
		"GET /-/v1/search?text=" + strings.Repeat("x", 9000) + " HTTP/1.1": 414,
		"GET / HTTP/1.1\r\nX-Big: " + strings.Repeat("x", 30<<10):          431,
		"POST /api/v1/packages HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n" + strings.Repeat(" ", 70<<10): 413,
		"GET /healthz HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc":                                            400,
	} {
		line, rest, _ := strings.Cut(line, "\r\n")
		resp := send(t, addr, line+"\r\nHost: registry.example\r\nConnection: close\r\n"+rest+"\r\n\r\n")
		if resp.StatusCode != want {
			t.Errorf("%.60q: %s, want %d", line, resp.Status, want)
		}
		if resp.Header.Get("Location") != "" {
			t.Errorf("%.60q: sent on to %q", line, resp.Header.Get("Location"))
		}
	}
}

func TestServerLimits(t *testing.T) {
	s := Server(nil, "127.0.0.1:0")
	if s.ReadHeaderTimeout != 5*time.Second || s.ReadTimeout != 10*time.Second || s.WriteTimeout != 15*time.Second || s.IdleTimeout != time.Minute || s.MaxHeaderBytes != 16<<10 {
		t.Errorf("limits %+v", s)
	}
}

// TestConnectionLimit: a connection over the limit is closed, and one that ends makes room.
func TestConnectionLimit(t *testing.T) {
	api, _ := newTestAPI(Options{})
	s := Server(api, "")
	limit := connLimit(2)
	closed := make(chan struct{}, 16)
	s.ConnState = func(c net.Conn, state http.ConnState) {
		limit(c, state)
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	addr := serve(t, s)
	ask := func() (net.Conn, error) {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(10 * time.Second))
		fmt.Fprint(c, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
		_, err = bufio.NewReader(c).ReadString('\n')
		return c, err
	}
	first, err := ask()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ask(); err != nil {
		t.Fatal(err)
	}
	if _, err := ask(); err == nil {
		t.Error("a third connection is answered")
	}
	<-closed
	first.Close()
	<-closed
	if _, err := ask(); err != nil {
		t.Errorf("after one ended: %v", err)
	}
}
