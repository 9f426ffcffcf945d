package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"unicode/utf8"

	"pkgsearch/index/score"
	"pkgsearch/search"
)

// NPMCounted is the number up to which the npm route counts matches: its clients show the total at most, and to count
// hundreds of thousands takes longer than to rank them.
const NPMCounted = 10_000

// npmSearch answers GET /-/v1/search.
func (a *API) npmSearch(w http.ResponseWriter, r *http.Request) error {
	p, err := readParams(r, "text", "size", "from", "quality", "popularity", "maintenance")
	if err != nil {
		return err
	}
	req, err := p.searchRequest()
	if err != nil {
		return err
	}
	req.CountTo = NPMCounted
	if a.fresh(w, r, "npm "+canonical(req)+a.second(req.Text)) {
		return nil
	}
	res, err := a.ask(r, req)
	if err != nil {
		return err
	}
	objects := make([]npmObject, len(res.Hits))
	for i, hit := range res.Hits {
		objects[i] = npmShape(hit, a.opts.SiteURL)
	}
	now := isoTime(a.opts.Now())
	return replyPage(a.front, w, r, objects, func(rows []npmObject, _ bool) any { return npmReply{rows, res.Total, now} })
}

// search answers GET /api/v1/search with a SearchReply.
func (a *API) search(w http.ResponseWriter, r *http.Request) error {
	p, err := readParams(r, richParams()...)
	if err != nil {
		return err
	}
	req, err := p.richRequest()
	if err != nil {
		return err
	}
	if a.fresh(w, r, "api "+canonical(req)+a.day(req)+a.second(req.Text)) {
		return nil
	}
	res, err := a.ask(r, req)
	if err != nil {
		return err
	}
	hits := make([]Hit, len(res.Hits))
	for i, hit := range res.Hits {
		hits[i] = hitShape(hit, a.opts.SiteURL)
	}
	return replyPage(a.front, w, r, hits, func(rows []Hit, truncated bool) any {
		reply := SearchReply{rows, truncated, res.Total, res.Correction, req.From, req.Size, milliseconds(res.Took), res.Generation, res.LLN, res.Next, res.Facets}
		if truncated {
			reply.Next = res.Hits[len(rows)-1].Cursor
		}
		return reply
	})
}

// ask runs a search inside the gate and the budget.
func (a *API) ask(r *http.Request, req search.Request) (*search.Result, error) {
	exchangeOf(r.Context()).text = utf8.RuneCountInString(req.Text)
	return through(r.Context(), a.gate, a.limits.QueryBudget, func(ctx context.Context) (*search.Result, error) {
		return a.searcher.Search(ctx, req)
	})
}

// canonical is a request as one string: equal questions, however written, are equal.
func canonical(q search.Request) string {
	w := score.DefaultWeights()
	if q.Weights != nil {
		w = *q.Weights
	}
	return fmt.Sprintf("%d %d %v %t %q %s %q %q %s %d %t", q.Size, q.From, w, q.Explain, q.Text,
		q.Sort, q.Cursor, q.Choices, q.Facets, q.FacetSize, q.Highlight)
}
