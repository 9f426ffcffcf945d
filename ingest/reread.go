package ingest

import (
	"context"
	"fmt"
	"time"

	"pkgsearch/index/store"
)

// rereadRows is how many rows of a page one that is read again has, documents left out.
const rereadRows = 10

// reread is a Reread with its next time.
type reread struct {
	Reread
	next time.Time
}

// checkpoints adds to the cursors that are kept, when it is time, and drops those that no re-read will want. Each is where
// the feed ended: rows appear late near its end, however far behind that the reading is.
func (f *Follower) checkpoints(page *Page, now time.Time) []store.Checkpoint {
	kept := f.state.Checkpoints
	if n := len(kept); n == 0 || now.Sub(kept[n-1].At) >= f.o.Checkpoint {
		kept = append(kept[:n:n], store.Checkpoint{At: now.UTC(), Cursor: f.endOf(page)})
	}
	oldest := now.Add(-max(f.o.Late.Back, f.o.VeryLate.Back))
	for len(kept) > 1 && !kept[1].At.After(oldest) {
		kept = kept[1:]
	}
	return kept
}

// endOf is where the feed ends, as far as is known at a page; for a walk through all names, where reading will go on.
func (f *Follower) endOf(page *Page) string {
	if walk, walking := parseWalk(f.state.Cursor); walking {
		return walk.after()
	}
	if page.End {
		return page.Last
	}
	return f.state.Head
}

// rereadDue re-reads what is due; a longer one does the work of a shorter one too. It is for a follower that is caught up:
// rows that appear late do so near the end of the feed.
func (f *Follower) rereadDue(ctx context.Context) error {
	if f.verify != nil || len(f.state.Checkpoints) == 0 {
		return nil
	}
	var back time.Duration
	now := time.Now()
	for _, r := range f.rereads {
		if !now.Before(r.next) {
			back = max(back, r.Back)
		}
	}
	if back == 0 {
		return nil
	}
	if err := f.readAgain(ctx, f.checkpointBefore(now.Add(-back))); err != nil {
		return err
	}
	for _, r := range f.rereads {
		if !now.Before(r.next) {
			r.next = now.Add(r.Every)
		}
	}
	return nil
}

// checkpointBefore is the newest cursor that is at least that old, else the oldest there is.
func (f *Follower) checkpointBefore(t time.Time) string {
	cursor := f.state.Checkpoints[0].Cursor
	for _, c := range f.state.Checkpoints {
		if !c.At.After(t) {
			cursor = c.Cursor
		}
	}
	return cursor
}

// readAgain reads from an old cursor up to the current one and takes in the rows that were not there the first time.
func (f *Follower) readAgain(ctx context.Context, cursor string) error {
	for !reached(cursor, f.state.Cursor) {
		page, err := f.feed.Next(ctx, cursor, Ask{Limit: rereadRows * f.limit})
		if err != nil {
			return err
		}
		err = f.takeLate(ctx, page)
		end := page.End || page.Last == cursor
		cursor = page.Last
		if err := page.Close(); err != nil {
			return err
		}
		if err != nil || end {
			return err
		}
	}
	return nil
}

func (f *Follower) takeLate(ctx context.Context, page *Page) error {
	late, err := f.late(ctx, page.Changes)
	if err != nil || len(late) == 0 {
		return err
	}
	batch, err := f.work(ctx, late)
	if err != nil {
		return err
	}
	if err := f.send(ctx, batch); err != nil {
		return fmt.Errorf("apply late changes: %w", err)
	}
	f.metrics.late.Add(float64(len(late)))
	f.status.update(func(s *Status) { s.Late += len(late) })
	f.log.InfoContext(ctx, "took in changes behind the cursor", "seq", page.Last, "changes", len(late))
	return nil
}

// late are the changes not behind the cursor that were missed: neither covered by the store nor waiting as a dead letter.
func (f *Follower) late(ctx context.Context, changes []Change) ([]task, error) {
	passed := make([]Change, 0, len(changes))
	for _, c := range changes {
		if c.Seq == f.state.Cursor || !reached(c.Seq, f.state.Cursor) || c.Seq == "" {
			passed = append(passed, c)
		}
	}
	passed = coalesce(passed)
	known, err := f.known(ctx, passed)
	if err != nil {
		return nil, err
	}
	var tasks []task
	for _, c := range passed {
		stored := known[c.Name]
		if f.covered(stored, c) || gone(stored) && c.Deleted {
			continue
		}
		letter, err := f.letter(c.Name)
		if err != nil {
			return nil, err
		}
		if letter.Name == "" || generation(letter.Rev) < generation(c.Rev) {
			tasks = append(tasks, task{Change: c, stored: stored})
		}
	}
	return tasks, nil
}

// reached tells whether one sequence is at or behind another, as far as that can be known.
func reached(seq, goal string) bool {
	a, ok := seqNumber(seq)
	b, ok2 := seqNumber(goal)
	return seq == goal || ok && ok2 && a >= b
}
