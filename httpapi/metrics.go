package httpapi

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics have labels from closed sets only: route templates, status classes, reasons.
type metrics struct {
	requests *prometheus.HistogramVec // seconds, by route and status class
	shed     *prometheus.CounterVec   // searches not answered, by reason: queue_full, queue_wait, budget
	panics   prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "pkgsearch_httpapi_request_seconds",
			Help:    "Time to answer a request, by route and status class.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5},
		}, []string{"route", "class"}),
		shed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "pkgsearch_httpapi_shed_total",
			Help: "Searches given up, by reason.",
		}, []string{"reason"}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "pkgsearch_httpapi_panics_total",
			Help: "Panics caught while answering.",
		}),
	}
	if reg != nil {
		reg.MustRegister(m.requests, m.shed, m.panics)
	}
	return m
}

// class is "2xx" for 204.
func class(status int) string { return strconv.Itoa(status/100) + "xx" }
