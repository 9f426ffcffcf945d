package httpapi

import (
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

const maxConns = 10_000

// Server is a server for one of the handlers on addr, with limits on what a slow or idle client may hold:
// 5 s for a header of 16 KiB, 10 s for a request, 15 s for a reply, 60 s between requests, 10,000
// connections. net/http adds 4 KiB of slack to the header limit and answers 431 above it.
func Server(h http.Handler, addr string) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ConnState:         connLimit(maxConns),
	}
}

// connLimit closes connections that come when most are open already. Each connection is new once and
// closed or hijacked once.
func connLimit(most int64) func(net.Conn, http.ConnState) {
	var open atomic.Int64
	return func(c net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			if open.Add(1) > most {
				c.Close()
			}
		case http.StateHijacked, http.StateClosed:
			open.Add(-1)
		}
	}
}
