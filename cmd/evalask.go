package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"

	"pkgsearch/eval"
	"pkgsearch/search"
)

type asker = eval.Asker

// searcherAsker asks in this process.
type searcherAsker struct{ searcher *search.Searcher }

func (s searcherAsker) Search(ctx context.Context, text string, size int) ([]string, error) {
	r, err := s.searcher.Search(ctx, search.Request{Text: text, Size: size})
	if err != nil {
		return nil, err
	}
	names := make([]string, len(r.Hits))
	for i, h := range r.Hits {
		names[i] = h.Package.Name
	}
	return names, nil
}

func (s searcherAsker) Suggest(ctx context.Context, text string, size int) ([]string, error) {
	r, err := s.searcher.Suggest(ctx, text, size)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(r.Names))
	for i, x := range r.Names {
		names[i] = x.Name
	}
	return names, nil
}

// clientAsker asks a running server.
type clientAsker struct{ client client }

func (c clientAsker) Search(ctx context.Context, text string, size int) ([]string, error) {
	var reply struct {
		Objects []struct{ Package struct{ Name string } }
	}
	if err := c.get(ctx, "/-/v1/search", text, size, &reply); err != nil {
		return nil, err
	}
	names := make([]string, len(reply.Objects))
	for i, o := range reply.Objects {
		names[i] = o.Package.Name
	}
	return names, nil
}

func (c clientAsker) Suggest(ctx context.Context, text string, size int) ([]string, error) {
	var reply struct{ Suggestions []struct{ Name string } }
	if err := c.get(ctx, "/-/v1/suggest", text, size, &reply); err != nil {
		return nil, err
	}
	names := make([]string, len(reply.Suggestions))
	for i, s := range reply.Suggestions {
		names[i] = s.Name
	}
	return names, nil
}

func (c clientAsker) get(ctx context.Context, path, text string, size int, into any) error {
	body, err := c.client.get(ctx, path, url.Values{"text": {text}, "size": {strconv.Itoa(size)}})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return remoteError(fmt.Errorf("read reply of %s: %w", c.client.base, err))
	}
	return nil
}
