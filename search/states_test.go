package search

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index"
	"pkgsearch/index/store"
)

// TestAnswersDoNotDependOnTheState asks the same of an index as it was written to, rebuilt, opened again, and with live
// changes beside its base. Columns lie in memory or in files.
func TestAnswersDoNotDependOnTheState(t *testing.T) {
	for _, mapFrom := range []int{1, 1 << 30} {
		t.Run(fmt.Sprintf("mapped from %d", mapFrom), func(t *testing.T) { answersInAllStates(t, mapFrom) })
	}
}

func answersInAllStates(t *testing.T, mapFrom int) {
	dir := t.TempDir()
	st, err := store.Open(filepath.Join(dir, "store.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var ix *index.Index
	open := func() {
		ix, err = index.Open(t.Context(), filepath.Join(dir, "index"), st,
			index.Options{Now: func() time.Time { return testNow }, MapFrom: mapFrom})
		if err != nil {
			t.Fatal(err)
		}
	}
	apply := func(b store.Batch) {
		t.Helper()
		if err := ix.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	rebuild := func() {
		t.Helper()
		if err := ix.Rebuild(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	var want []*Result
	same := func(state string) {
		t.Helper()
		for i, text := range stateTexts() {
			r, err := New(ix, st, Options{}).Search(t.Context(), Request{Text: text, Size: 30, Explain: true})
			if err != nil {
				t.Fatal(err)
			}
			for j := range r.Hits { // shown as they are now
				r.Hits[j].Package.Downloads = 0
			}
			r.Took, r.LLN, r.Generation, r.Stats = 0, 0, "", Stats{}
			if len(want) <= i {
				want = append(want, r)
			} else if diff := cmp.Diff(want[i], r); diff != "" {
				t.Fatalf("%q when %s (-as written +got):\n%s", text, state, diff)
			}
		}
	}

	open()
	defer func() { ix.Close() }()
	batch := statePackages()
	apply(store.Batch{Downloads: batch.Downloads})
	for i := 0; i < len(batch.Packages); i += 40 {
		apply(store.Batch{Packages: batch.Packages[i:min(i+40, len(batch.Packages))]})
	}
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	same("as written")
	for i := range batch.Packages { // which wait for the next scores
		batch.Downloads[batch.Packages[i].Name] = uint64(i) * 1000
	}
	apply(store.Batch{Downloads: batch.Downloads})
	same("downloads have come in")
	rebuild()
	same("rebuilt")
	ix.Close()
	open()
	same("opened again")
	batch = statePackages() // as they were
	apply(store.Batch{Downloads: batch.Downloads})
	changed := batch.Packages[:60]
	for i, p := range changed { // other texts, and then the old ones again
		p.Description, p.Keywords = fmt.Sprint("changed ", i), nil
		apply(store.Batch{Packages: []store.Package{p}})
	}
	apply(store.Batch{Packages: changed[:30]})
	apply(store.Batch{Packages: changed[30:]})
	same("written again beside its base")
	ix.Close()
	open()
	same("opened again with changes beside the base")
	if err := ix.Rescore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	same("rescored")
	rebuild()
	same("rebuilt from changes")
}

func stateTexts() []string {
	return []string{"", "react router", "json stream parse", `"http client"`, "date -time", "keywords:vue", "vuerouter",
		"reacct routr", "react alternative", "server side", "downloads:>1000 test", "size:>5 http", "version:1 icon"}
}

func statePackages() store.Batch {
	words := strings.Fields("react vue router state store date time parse json stream http client server test icon")
	dice := rand.New(rand.NewPCG(8, 8))
	word := func() string { return words[dice.IntN(len(words))] }
	b := store.Batch{Downloads: map[string]uint64{}}
	seen := map[string]bool{}
	for i := range 400 {
		name := fmt.Sprintf("%s-%s-%d", word(), word(), i%90)
		if seen[name] {
			continue
		}
		seen[name] = true
		b.Downloads[name] = uint64(dice.IntN(1e6))
		p := pkg(name, word()+" "+word()+" with "+word(), word(), word())
		p.UnpackedSize, p.Created = int64(dice.IntN(20)), testNow.AddDate(0, 0, -dice.IntN(3000))
		p.Engines = map[string]string{"node": fmt.Sprintf(">=%d", dice.IntN(20))}
		b.Packages = append(b.Packages, p)
	}
	return b
}
