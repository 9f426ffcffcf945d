package index

import (
	"context"
	"errors"
	"fmt"
)

// An index that lacks so much is sooner built anew than brought up: a package costs several times as much one by one.
const (
	fewChanges  = 5_000
	farBehindBy = 4 // as many changes as a fourth of all packages
)

var errFarBehind = fmt.Errorf("%w: most of the store has changed since", errOutdated)

// farBehind tells whether it is better to build a generation anew than to replay what it lacks.
func (ix *Index) farBehind(ctx context.Context, g *generation) (bool, error) {
	at, err := g.lln()
	if errors.Is(err, errDamaged) {
		return false, nil // for others to find
	}
	if err != nil {
		return false, err
	}
	stats, err := ix.store.Stats(ctx)
	if err != nil || stats.LLN <= at {
		return false, err
	}
	lacks := stats.LLN - at
	return lacks > fewChanges && lacks*farBehindBy >= uint64(stats.Indexed), nil
}

// settle brings the index up to the store after writes that have left it alone, by a rebuild if they were many, of which
// progress is told.
func (ix *Index) settle(ctx context.Context, progress func(done, total int)) (rebuilt bool, err error) {
	g, err := ix.live()
	if err != nil {
		return false, err
	}
	defer g.release()
	far, err := ix.farBehind(ctx, g)
	if err != nil {
		return false, err
	}
	if !far {
		err = ix.bringUp(ctx)
	}
	if far || errors.Is(err, errOutdated) {
		return true, ix.Rebuild(ctx, progress)
	}
	return false, err
}

// live is the live generation, retained.
func (ix *Index) live() (*generation, error) {
	ix.write.Lock()
	defer ix.write.Unlock()
	if ix.closed {
		return nil, ErrClosed
	}
	ix.generation.retain()
	return ix.generation, nil
}
