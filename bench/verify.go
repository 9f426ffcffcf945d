package bench

import (
	"context"
	"fmt"
)

// Difference is a question that two sources answer differently.
type Difference struct {
	Question
	Rank int    `json:"rank"` // from 1, where the answers part; 0 when one of them is an error
	Got  string `json:"got"`  // what the tried source has there
	Want string `json:"want"`
}

// Verify asks both sources every search and lists those whose names or scores are not the same to the last digit. done is
// called after each.
func Verify(ctx context.Context, tried, exhaustive Source, questions []Question, done func(asked int)) ([]Difference, error) {
	var found []Difference
	for i, q := range questions {
		if q.Suggest {
			continue
		}
		want, wantErr := exhaustive.Ask(ctx, q)
		got, gotErr := tried.Ask(ctx, q)
		if err := ctx.Err(); err != nil {
			return found, err
		}
		d := Difference{Question: q}
		if gotErr != nil || wantErr != nil {
			d.Got, d.Want = fmt.Sprint(gotErr), fmt.Sprint(wantErr)
			if d.Got != d.Want {
				found = append(found, d)
			}
		} else if d.Rank = parting(got, want); d.Rank > 0 {
			d.Got, d.Want = at(got, d.Rank), at(want, d.Rank)
			found = append(found, d)
		}
		if done != nil {
			done(i + 1)
		}
	}
	return found, nil
}

// parting is the first rank, from 1, at which answers are not the same; 0 for none. A score that is no number is
// never the same.
func parting(a, b Answer) int {
	for i := range max(len(a.Names), len(b.Names)) {
		same := i < len(a.Names) && i < len(b.Names) && a.Names[i] == b.Names[i] && a.Scores[i] == b.Scores[i]
		if !same {
			return i + 1
		}
	}
	return 0
}

func at(a Answer, rank int) string {
	if rank > len(a.Names) {
		return "nothing"
	}
	return fmt.Sprintf("%s %.17g", a.Names[rank-1], a.Scores[rank-1])
}
