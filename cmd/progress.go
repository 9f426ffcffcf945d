package cmd

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/schollz/progressbar/v3"
)

// progress draws a bar with rate and remaining time. It is silent where no person looks, and safe for concurrent use.
type progress struct {
	bar   *progressbar.ProgressBar // nil when silent
	start time.Time

	mu    sync.Mutex
	total int64
}

// newProgress makes a bar for work measured in bytes or in things. A total below zero is not known yet.
func newProgress(w io.Writer, what string, total int64, bytes bool) *progress {
	p := &progress{start: time.Now(), total: total}
	if !isTerminal(w) {
		return p
	}
	p.bar = progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(what),
		progressbar.OptionShowBytes(bytes),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionFullWidth(),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)
	return p
}

// set moves the bar; a total that was not known or has grown is taken over.
func (p *progress) set(done, total int64) {
	if p.bar == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if total > 0 && total != p.total {
		p.total = total
		p.bar.ChangeMax64(total)
	}
	_ = p.bar.Set64(done) // drawing is a courtesy; a terminal that went away must not stop the work
}

// say puts what is being done, and how fast, beside the bar.
func (p *progress) say(what string, n int) {
	if p.bar != nil {
		p.bar.Describe(fmt.Sprintf("%s %s, %s/s", humanize.Comma(int64(n)), what, humanize.Comma(p.rate(n))))
	}
}

// rate is how many of n were done a second so far.
func (p *progress) rate(n int) int64 {
	s := time.Since(p.start).Seconds()
	if s <= 0 {
		return 0
	}
	return int64(float64(n) / s)
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
