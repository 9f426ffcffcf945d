package index

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
)

// completed is what the index completes a text to.
func completed(t *testing.T, ix *Index, text string) string {
	t.Helper()
	v := ix.Acquire()
	defer v.Release()
	found, err := v.Complete(t.Context(), text, 20)
	if err != nil {
		t.Fatal(err)
	}
	phrases, err := v.Phrases(t.Context(), text, 5)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range found {
		out = append(out, c.Name)
	}
	return strings.Join(out, " ") + " | " + strings.Join(phrases, ", ")
}

// fruits fills an index in several batches, with uses, and takes the scores.
func fruits(t *testing.T, ix *Index) {
	t.Helper()
	for i, name := range []string{"apple-pie", "apple-pie-maker", "my-apple-pie", "Apple", "pear", "gone"} {
		held := pkg(name, "")
		if err := ix.Apply(t.Context(), store.Batch{Packages: []store.Package{held}, Downloads: map[string]uint64{name: uint64(10 + i)}}); err != nil {
			t.Fatal(err)
		}
	}
	held := pkg("apple-held", "")
	held.Status = store.SecurityHeld
	apply(t, ix, held, store.Package{Name: "gone", Status: store.Deleted})
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

const fruitsOfApp = "Apple apple-pie-maker apple-pie my-apple-pie apple-held | apple"

func fileOfNames(ix *Index) string { return filepath.Join(ix.generation.path, namesFile) }

func TestCompletionsFollowTheStore(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := openIndex(t, dir, st)
	fruits(t, ix)
	steps := []struct {
		what string
		do   func()
		want string
	}{
		{"filled", func() {}, fruitsOfApp},
		{"uses come in", func() {
			if err := ix.Apply(t.Context(), store.Batch{Downloads: map[string]uint64{"apple-pie": 1000}}); err != nil {
				t.Fatal(err)
			}
		}, fruitsOfApp},
		{"opened again", func() {
			ix.Close()
			ix = openIndex(t, dir, st)
		}, fruitsOfApp},
		{"scored", func() {
			if err := ix.Rescore(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}, "apple-pie Apple apple-pie-maker my-apple-pie apple-held | apple"},
		{"one comes, one goes, one is deprecated", func() {
			old := pkg("apple-pie", "old")
			old.Deprecated = true
			apply(t, ix, pkg("app", ""), old, store.Package{Name: "Apple", Status: store.Deleted})
		}, "apple-pie apple-pie-maker my-apple-pie app apple-held | apple"},
		{"rebuilt", func() {
			if err := ix.Rebuild(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}, "apple-pie apple-pie-maker my-apple-pie app apple-held | apple"},
	}
	for _, s := range steps {
		s.do()
		if diff := cmp.Diff(s.want, completed(t, ix, "app")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.what, diff)
		}
	}
}

// TestNamesFileIsMended lists what may have happened to the file between two starts.
func TestNamesFileIsMended(t *testing.T) {
	other := t.TempDir()
	foreign := openIndex(t, other, openStore(t, other))
	apply(t, foreign, pkg("apple-of-another", ""))
	theirs, err := os.ReadFile(fileOfNames(foreign))
	if err != nil {
		t.Fatal(err)
	}
	write := func(content []byte) func(string, *store.Store) error {
		return func(file string, _ *store.Store) error { return os.WriteFile(file, content, 0o600) }
	}
	for name, harm := range map[string]func(file string, st *store.Store) error{
		"nothing":   func(string, *store.Store) error { return nil },
		"gone":      func(file string, _ *store.Store) error { return os.Remove(file) },
		"empty":     write(nil),
		"garbage":   write(bytes.Repeat([]byte("garbage "), 1000)),
		"foreign":   write(theirs),
		"cut":       func(file string, _ *store.Store) error { return os.Truncate(file, 600) },
		"stray new": func(file string, _ *store.Store) error { return os.WriteFile(file+".new", []byte("half"), 0o600) },
		"flipped": func(file string, _ *store.Store) error {
			raw, err := os.ReadFile(file)
			raw[len(raw)/2] ^= 4
			return cmpErr(err, os.WriteFile(file, raw, 0o600))
		},
		"behind a trimmed log": func(_ string, st *store.Store) error {
			for i := range 3 {
				if _, err := st.Update(context.Background(), store.Batch{Packages: []store.Package{pkg("pear", fmt.Sprint(i))}}, testNow); err != nil {
					return err
				}
			}
			lln, err := st.LLN()
			return cmpErr(err, st.Trim(context.Background(), lln, 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			st := openStore(t, dir)
			ix := openIndex(t, dir, st)
			fruits(t, ix)
			file := fileOfNames(ix)
			if err := ix.Close(); err != nil {
				t.Fatal(err)
			}
			if err := harm(file, st); err != nil {
				t.Fatal(err)
			}
			ix = openIndex(t, dir, st)
			if diff := cmp.Diff(fruitsOfApp, completed(t, ix, "app")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, err := loadNames(fileOfNames(ix), st.ID()); err != nil {
				t.Errorf("the file is not whole again: %v", err)
			}
		})
	}
}

func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestNamesStayInMemoryWhenTheDiskTakesNone(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	ix := openIndex(t, dir, st)
	fruits(t, ix)
	file := fileOfNames(ix)
	ix.Close()
	if err := cmpErr(os.Remove(file), os.Mkdir(file+".new", 0o700)); err != nil {
		t.Fatal(err)
	}
	ix = openIndex(t, dir, st)
	if diff := cmp.Diff(fruitsOfApp, completed(t, ix, "app")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	apply(t, ix, store.Package{Name: "Apple", Status: store.Deleted})
	if got := completed(t, ix, "app"); strings.HasPrefix(got, "Apple") {
		t.Errorf("a package that is gone completes still: %s", got)
	}
}

// TestFoldingChangesNoAnswer writes the file anew, again and again, beside writes and rescoring, and compares with what a
// new index says.
func TestFoldingChangesNoAnswer(t *testing.T) {
	dir := t.TempDir()
	st := openStore(t, dir)
	opts := testOptions()
	opts.LogTail = 8 // folds soon
	ix, err := Open(t.Context(), filepath.Join(dir, "index"), st, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	fruits(t, ix)
	first := ix.generation.names.inFile
	var wg sync.WaitGroup
	wg.Go(func() {
		dice := rand.New(rand.NewPCG(3, 3))
		for i := range 120 {
			p := pkg(fmt.Sprintf("apple-%d", dice.IntN(30)), fmt.Sprint(i))
			if dice.IntN(3) == 0 {
				p = store.Package{Name: p.Name, Status: store.Deleted}
			}
			if err := ix.Apply(t.Context(), store.Batch{Packages: []store.Package{p}, Downloads: map[string]uint64{p.Name: uint64(i)}}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 20 {
		if err := ix.foldNames(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if err := ix.foldNames(t.Context()); err != nil {
		t.Fatal(err)
	}
	if at := ix.generation.names.inFile; at <= first {
		t.Errorf("the file stands at change %d still", at)
	}
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	fresh, err := Open(t.Context(), filepath.Join(t.TempDir(), "index"), st, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	for _, text := range []string{"app", "apple", "aple", "apple-1", "pie"} {
		if diff := cmp.Diff(completed(t, fresh, text), completed(t, ix, text)); diff != "" {
			t.Errorf("%q (-new +folded):\n%s", text, diff)
		}
	}
}
