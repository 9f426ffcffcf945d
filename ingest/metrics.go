package ingest

import (
	"github.com/prometheus/client_golang/prometheus"

	"pkgsearch/index/store"
)

// meters are what a Follower counts. Their labels are classes of dead letters and nothing else.
type meters struct {
	pages, changes, packages, late, setbacks, resets prometheus.Counter
	dead                                             *prometheus.CounterVec

	caughtUp, progress, cursor, head prometheus.Gauge
}

// newMeters registers, once for a registry; nil registers nowhere.
func newMeters(r prometheus.Registerer) *meters {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "pkgsearch_ingest_" + name, Help: help})
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: "pkgsearch_ingest_" + name, Help: help})
	}
	m := &meters{
		pages:    counter("pages_total", "Pages of the feed that were taken in."),
		changes:  counter("changes_total", "Changes in them."),
		packages: counter("packages_total", "Packages that were put into the store."),
		late:     counter("late_changes_total", "Changes that appeared behind the cursor."),
		setbacks: counter("setbacks_total", "Failures of the upstream that were waited out."),
		resets:   counter("resets_total", "Resets of the feed."),
		dead: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "pkgsearch_ingest_dead_letters_total", Help: "Packages that could not be taken in, by class; repeated failures count again.",
		}, []string{"class"}),
		caughtUp: gauge("caught_up", "1 when the last page was empty."),
		progress: gauge("progress_timestamp_seconds", "When the cursor last moved."),
		cursor:   gauge("cursor_sequence", "The number in the cursor."),
		head:     gauge("head_sequence", "The number in the end of the feed, when it was last asked."),
	}
	if r != nil {
		r.MustRegister(m.pages, m.changes, m.packages, m.late, m.setbacks, m.resets, m.dead, m.caughtUp, m.progress, m.cursor, m.head)
	}
	return m
}

func (m *meters) page(p *Page, state store.FeedState) {
	m.pages.Inc()
	m.changes.Add(float64(len(p.Changes)))
	m.caughtUp.Set(0)
	if p.End {
		m.caughtUp.Set(1)
	}
	if !state.Progress.IsZero() {
		m.progress.Set(float64(state.Progress.Unix()))
	}
	if n, ok := seqNumber(state.Cursor); ok {
		m.cursor.Set(float64(n))
	}
}

func (m *meters) batch(b store.Batch) {
	m.packages.Add(float64(len(b.Packages)))
	for _, d := range b.Dead {
		m.dead.WithLabelValues(d.Class).Inc()
	}
}

func (m *meters) setHead(head string) {
	if n, ok := seqNumber(head); ok {
		m.head.Set(float64(n))
	}
}
