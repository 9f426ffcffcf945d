package search

import (
	"context"
	"math"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// shellPlace is where the holder of a name stands that is a shell: in sight, at the end of a usual page.
const shellPlace = 10

// isShell tells whether a package does not say what it is, which whoever holds a known name for no use leaves out.
func (ev *evaluation) isShell(name string) (bool, error) {
	p, err := ev.lookup(name)
	return err == nil && len(index.Words(p.Description)) == 0, err
}

// outdoneByScope tells whether a project has the text's name for its scope, with several packages, of which one is
// far more used than the package of that name: a scope belongs to one owner, so half the ratio is enough.
func (ev *evaluation) outdoneByScope(joined string, own store.Rank) (bool, error) {
	n, err := ev.dictionary.DocFreq(index.FieldScope, "@"+joined)
	if err != nil || n < familiarScope {
		return false, err
	}
	k, err := ev.mostUsed(index.FieldScope, "@"+joined)
	project := rival{}
	return project.consider(k, 1, ev.ratio(own)/2, own), err
}

// holdShellBack keeps a shell of the text's name from the head start of an exact name once it has been outdone.
func (ev *evaluation) holdShellBack(joined string, exact known) error {
	outdone := ev.original != ""
	if !exact.found || ev.query.NoExactBoost {
		return nil
	}
	if !outdone {
		var err error
		if outdone, err = ev.outdoneByScope(joined, exact.rank); err != nil {
			return err
		}
	}
	if !outdone {
		return nil
	}
	shell, err := ev.isShell(exact.name)
	if shell {
		ev.shell = exact.name
	}
	return err
}

// placeShell finds the score that puts a shell at its place, which takes a look at the answer without it.
func (ev *evaluation) placeShell(ctx context.Context, sort Sort) error {
	if ev.shell == "" || sort != ByRelevance {
		return nil
	}
	ev.shellScore = 0
	others := &orderedTop{sort: sort, k: shellPlace}
	for _, s := range ev.view.Segments() {
		allowed, err := ev.allowed(ctx, s)
		if err == nil {
			err = ev.best(ctx, s, allowed, others)
		}
		if err != nil {
			return err
		}
	}
	if all := others.sorted(); len(all) == shellPlace { // before all of the same score, so that it is never beyond its place
		ev.shellScore = math.Nextafter(all[len(all)-1].score, math.Inf(1))
	}
	return nil
}
