package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// crashBatch is the nth batch of the crash test; it can be told from any other by its cursor.
func crashBatch(n int) Batch {
	b := Batch{Downloads: map[string]uint64{}, Feed: &FeedState{Source: "http://feed.example", Cursor: strconv.Itoa(n)}}
	for i := range 20 {
		p := sample((n*7 + i*3) % 100)
		p.Rev = strconv.Itoa(n)
		if p.Readme = fmt.Sprint("batch ", n); (n+i)%9 == 0 {
			p = Package{Name: p.Name, Status: Deleted, Rev: p.Rev}
		}
		b.Packages = append(b.Packages, p)
		b.Downloads[p.Name] = uint64(n % 5 * i)
	}
	b.Dead = []DeadLetter{{Name: fmt.Sprint("dead-", n%11), Class: "fetch", NextTry: day(n)}}
	b.Revive = []string{fmt.Sprint("dead-", n%7)}
	return b
}

// child is what the test binary does when a test starts it as another process.
func child(role, path string) int {
	s, err := Open(path, Options{Timeout: 10 * time.Millisecond})
	if err != nil {
		fmt.Println(err)
		if errors.Is(err, ErrInUse) {
			return 3
		}
		return 1
	}
	for n := 1; role == "writer"; n++ { // until it is killed
		if f, err := s.Feed("http://feed.example"); err == nil {
			n, _ = strconv.Atoi(f.Cursor)
			n++
		}
		if _, err := s.Update(context.Background(), crashBatch(n), day(0)); err != nil {
			fmt.Println(err)
			return 1
		}
		fmt.Println(n)
	}
	return 0
}

func childProcess(t *testing.T, role, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), "STORE_TEST_CHILD="+role, "STORE_TEST_PATH="+path)
	return cmd
}

// TestKill kills a writer again and again. Each time all acknowledged batches must be there, whole, and
// nothing of a batch that was not committed.
func TestKill(t *testing.T) {
	path, replayed := storePath(t), openAt(t, storePath(t), Options{NoSync: true})
	random := rand.New(rand.NewPCG(1, 2))
	at := 0 // the last batch that was replayed
	for range 20 {
		acked := runAndKill(t, childProcess(t, "writer", path), 1+random.IntN(8), time.Duration(random.IntN(3000))*time.Microsecond)
		s, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		at = compareWithReplay(t, s, replayed, at, acked)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// runAndKill reads n acknowledgements, gives the writer a moment to be in the middle of something, and kills it. It
// returns the last acknowledged batch.
func runAndKill(t *testing.T, cmd *exec.Cmd, n int, moment time.Duration) (acked int) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for ; lines.Scan(); n-- {
		last, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatalf("writer: %s", lines.Text())
		}
		acked = last
		if n == 0 {
			kill := time.AfterFunc(moment, func() { _ = cmd.Process.Kill() })
			defer kill.Stop()
		}
	}
	_ = cmd.Wait() // killed
	return acked
}

// compareWithReplay takes another store from batch at on to the one that the cursor of s tells; the two must agree.
func compareWithReplay(t *testing.T, s, replayed *Store, at, acked int) int {
	t.Helper()
	mustCheck(t, s)
	feed, err := s.Feed("http://feed.example")
	if err != nil {
		t.Fatal(err)
	}
	cursor, _ := strconv.Atoi(feed.Cursor)
	if cursor < acked || cursor > acked+1 {
		t.Fatalf("batch %d was acknowledged, the store is at %d", acked, cursor)
	}
	for n := at + 1; n <= cursor; n++ {
		mustUpdate(t, replayed, crashBatch(n))
	}
	if diff := cmp.Diff(contents(t, replayed), contents(t, s), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("at batch %d: %s", cursor, diff)
	}
	return cursor
}

// everything is all that a store holds, for comparison.
type everything struct {
	Packages map[string]Package // with READMEs
	Ranks    map[string]Rank
	Facts    map[string]Facts
	Changes  []Change
	Dead     []DeadLetter
	Due      []DeadLetter
	Feeds    []FeedState
	Stats    Stats
}

func contents(t *testing.T, s *Store) everything {
	t.Helper()
	ctx := context.Background()
	all := everything{Packages: map[string]Package{}, Ranks: map[string]Rank{}, Facts: map[string]Facts{}}
	var names []string
	err := s.Iterate(ctx, "", func(p Package) (err error) {
		names = append(names, p.Name)
		p.Readme, err = s.Readme(ctx, p.Name)
		all.Packages[p.Name] = p
		return err
	})
	errs := []error{err, s.Ranks(ctx, names, func(i int, r Rank, f Facts) { all.Ranks[names[i]], all.Facts[names[i]] = r, f })}
	all.Changes, err = s.Changes(ctx, 0, 1e9)
	errs = append(errs, err)
	all.Dead, err = s.DeadLetters(ctx, "", 0)
	errs = append(errs, err)
	all.Due, err = s.Due(ctx, day(1e5), 0)
	errs = append(errs, err)
	all.Feeds, err = s.Feeds()
	errs = append(errs, err)
	all.Stats, err = s.Stats(ctx)
	all.Stats.FileBytes = 0
	if err := errors.Join(append(errs, err)...); err != nil {
		t.Fatal(err)
	}
	return all
}
