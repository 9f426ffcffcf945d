package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"pkgsearch/bench"
	"pkgsearch/index"
)

// Engines, ways and states as a report names them.
const (
	ownEngine   = "pkgsearch"
	bleveEngine = "bleve"

	inThisProcess = "process"
	overHTTP      = "http"

	cold = "cold"
	warm = "warm"
)

// measure does what the flags ask for, one thing after the other.
func (b *benchRun) measure(ctx context.Context) error {
	if len(b.questions) > 0 {
		if b.options.cold {
			if err := b.times(ctx, cold); err != nil {
				return err
			}
		}
		if err := b.times(ctx, warm); err != nil {
			return err
		}
		if err := b.costs(ctx); err != nil {
			return err
		}
	}
	if b.stand.data == nil { // of a server, nothing more is to be known
		return nil
	}
	if err := b.memory(); err != nil {
		return err
	}
	steps := []struct {
		wanted bool
		do     func(context.Context) error
	}{{b.options.engine != "" && len(b.questions) > 0, b.compare}, {b.options.worst > 0, b.worst}, {b.options.verify, b.verify}}
	for _, step := range steps {
		if !step.wanted {
			continue
		}
		if err := step.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// times replays the questions with each number of clients.
func (b *benchRun) times(ctx context.Context, state string) error {
	for i, clients := range b.options.clients {
		o := bench.Options{Clients: clients, Repeat: b.options.repeat, Seed: b.options.seed, Warm: state == warm && i == 0}
		if state == cold {
			o.Before = b.chill
		}
		run, err := b.replay(ctx, b.stand.source, b.questions, o, state)
		if err != nil {
			return err
		}
		run.Engine, run.Way, run.State = ownEngine, b.stand.way(), state
	}
	return nil
}

func (b *benchRun) replay(ctx context.Context, source bench.Source, questions []bench.Question, o bench.Options, what string) (*bench.Run, error) {
	done, finish := b.bar(b.app.stderr, what, len(questions)*o.Passes())
	defer finish()
	o.Done = done
	run, err := bench.Replay(ctx, source, questions, o)
	if err != nil {
		return nil, err
	}
	b.report.Runs = append(b.report.Runs, run)
	return run, nil
}

// chill opens the data directory anew, with none of its pages in memory.
func (b *benchRun) chill(ctx context.Context) (bench.Source, error) {
	if err := b.stand.close(); err != nil {
		return nil, err
	}
	if err := b.stand.open(ctx); err != nil {
		return nil, err
	}
	err := bench.DropCached(b.app.Data)
	if errors.Is(err, errors.ErrUnsupported) && !b.report.PagesKept {
		b.report.PagesKept = true
		fmt.Fprintln(b.app.stderr, "this system does not let go of cached pages; drop its cache by its own means, or take the cold figures for those of a restart")
	} else if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return nil, err
	}
	return b.stand.source, nil
}

// costs counts what is allocated, where that is the engine's and not a client's.
func (b *benchRun) costs(ctx context.Context) (err error) {
	if b.stand.way() == inThisProcess {
		b.report.Allocations, err = bench.Allocations(ctx, b.stand.source, b.questions)
	}
	return err
}

func (b *benchRun) memory() error {
	m, err := bench.MeasureMemory(b.app.Data)
	if err != nil && !errors.Is(err, bench.ErrNoResident) {
		return fmt.Errorf("measure memory: %w", err)
	}
	b.report.Memory = &m
	return nil
}

// compare asks the other engine the same searches, with the first number of clients.
func (b *benchRun) compare(ctx context.Context) (err error) {
	questions := searches(b.questions)
	if len(questions) == 0 {
		return usageError(fmt.Errorf("there are no searches to compare with %s, which completes nothing", bleveEngine))
	}
	dir, err := os.MkdirTemp("", "pkgsearch-bench-")
	if err != nil {
		return fmt.Errorf("make a place for an index of %s: %w", bleveEngine, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	done, finish := b.bar(b.app.stderr, "build for "+bleveEngine, b.report.Packages)
	engine, err := b.stand.data.index.NewBleveEngine(ctx, filepath.Join(dir, bleveEngine), done)
	finish()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	o := bench.Options{Clients: b.options.clients[0], Repeat: b.options.repeat, Seed: b.options.seed, Warm: true}
	ours := b.report.first(warm, o.Clients)
	theirs, err := b.replay(ctx, byBleve{engine, b.options.size}, questions, o, bleveEngine)
	if err != nil {
		return err
	}
	theirs.Engine, theirs.Way, theirs.State = bleveEngine, inThisProcess, warm
	b.report.Ratios = bench.Ratios(ours, theirs)
	return nil
}

// verify compares with scoring every match, also for what was made up.
func (b *benchRun) verify(ctx context.Context) (err error) {
	questions := searches(slices.Concat(b.questions, b.madeUp))
	done, finish := b.bar(b.app.stderr, "verify", len(questions))
	defer finish()
	tried, exhaustive := b.stand.inside(), b.stand.inside()
	exhaustive.exhaustive = true
	b.report.Verified = len(questions)
	b.report.Differences, err = bench.Verify(ctx, tried, exhaustive, questions, done)
	return err
}

// hardTerms is how many terms of each field made-up queries are of.
const hardTerms = 200

// worst looks for slow queries, in this process: over HTTP the slowest would be given up.
func (b *benchRun) worst(ctx context.Context) error {
	terms, err := b.commonTerms(ctx)
	if err != nil {
		return err
	}
	b.madeUp = bench.Hard(terms, b.options.seed)
	done, finish := b.bar(b.app.stderr, "worst", len(b.madeUp))
	defer finish()
	o := bench.Options{Repeat: b.options.repeat, Seed: b.options.seed, Done: done}
	b.report.Tried = len(b.madeUp)
	b.report.Worst, err = bench.Slowest(ctx, b.stand.inside(), b.madeUp, b.options.worst, o)
	return err
}

// commonTerms is the terms that most packages have: of names and of descriptions by turns.
func (b *benchRun) commonTerms(ctx context.Context) ([]string, error) {
	view := b.stand.data.index.Acquire()
	if view == nil {
		return nil, index.ErrClosed
	}
	defer view.Release()
	inNames, err := view.Frequent(ctx, index.FieldWords, hardTerms)
	if err != nil {
		return nil, err
	}
	inProse, err := view.Frequent(ctx, index.FieldDescription, hardTerms)
	if err != nil {
		return nil, err
	}
	var terms []string
	seen := map[string]bool{}
	for i := range hardTerms {
		for _, list := range [][]index.TermCount{inNames, inProse} {
			if i < len(list) && !seen[list[i].Term] {
				seen[list[i].Term] = true
				terms = append(terms, list[i].Term)
			}
		}
	}
	return terms, nil
}
