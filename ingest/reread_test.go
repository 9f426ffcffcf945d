package ingest

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"pkgsearch/ingest/registrytest"
)

// sinces counts the requests for changes by where they begin.
func sinces(requests []registrytest.Request) map[uint64]int {
	n := map[uint64]int{}
	for _, q := range requests {
		if u, err := url.ParseRequestURI(q.URI); err == nil && q.Target == "changes" && !u.Query().Has("include_docs") {
			seq, _ := seqNumber(u.Query().Get("since"))
			n[seq]++
		}
	}
	return n
}

// What is read again is the end of the feed, not what was there when the first reading began; and of a quiet feed nothing.
func TestRereadsAreShort(t *testing.T) {
	inDialect(t, registrytest.Options{Dialect: registrytest.Replicate}, testRereadsAreShort)
	inDialect(t, registrytest.Options{NoDocs: true}, testRereadsAreShort)
}

func testRereadsAreShort(t *testing.T, r *rig) {
	for i := range 500 {
		r.Publish(fmt.Sprintf("p%d", i), "1.0.0", nil)
	}
	r.during(t, func(f *Follower) {
		time.Sleep(5 * time.Minute)
		began := len(r.Requests())
		time.Sleep(24 * time.Hour)
		head, _ := seqNumber(f.Status().Head)
		rereads := 0
		for since, n := range sinces(r.Requests()[began:]) {
			if since < head-headMargin {
				t.Errorf("%d requests after %d of %d", n, since, head)
			}
			if since < head {
				rereads += n
			}
		}
		if rereads > 8 { // each hour, until the margin of the first reading is six hours old
			t.Errorf("%d requests for what was read before", rereads)
		}
	})
}

// A first reading that takes long is not done again.
func TestRereadAfterALongStart(t *testing.T) {
	inDialect(t, registrytest.Options{NoDocs: true}, func(t *testing.T, r *rig) {
		for i := range 900 {
			r.Publish(fmt.Sprintf("p%d", i), "1.0.0", nil)
		}
		r.client.Rate = 0.2
		r.options.PageSize = 100
		r.during(t, func(f *Follower) {
			time.Sleep(24 * time.Hour)
			r.wantState(t)
			head, _ := seqNumber(f.Status().Head)
			for since, n := range sinces(r.Requests()) {
				if n > 1 && since < head {
					t.Errorf("read %d times after %d of %d", n, since, head)
				}
			}
		})
	})
}
