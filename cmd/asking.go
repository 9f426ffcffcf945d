package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"

	"pkgsearch/httpapi"
	"pkgsearch/search"
)

// inside answers judged queries from a searcher of this process.
type inside struct{ searcher *search.Searcher }

func (s inside) Search(ctx context.Context, text string, size int) ([]string, error) {
	found, err := s.searcher.Search(ctx, search.Request{Text: text, Size: size})
	if err != nil {
		return nil, err
	}
	names := make([]string, len(found.Hits))
	for i, hit := range found.Hits {
		names[i] = hit.Package.Name
	}
	return names, nil
}

func (s inside) Suggest(ctx context.Context, text string, size int) ([]string, error) {
	found, err := s.searcher.Suggest(ctx, text, size)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(found.Names))
	for i, name := range found.Names {
		names[i] = name.Name
	}
	return names, nil
}

// asking answers judged queries from a server, by the routes that npm and a search box use.
type asking struct{ client client }

func (s asking) Search(ctx context.Context, text string, size int) ([]string, error) {
	var reply struct {
		Objects []struct {
			Package struct {
				Name string `json:"name"`
			} `json:"package"`
		} `json:"objects"`
	}
	if err := s.ask(ctx, "/-/v1/search", text, size, &reply); err != nil {
		return nil, err
	}
	names := make([]string, len(reply.Objects))
	for i, o := range reply.Objects {
		names[i] = o.Package.Name
	}
	return names, nil
}

func (s asking) Suggest(ctx context.Context, text string, size int) ([]string, error) {
	var reply httpapi.Suggestions
	if err := s.ask(ctx, "/-/v1/suggest", text, size, &reply); err != nil {
		return nil, err
	}
	names := make([]string, len(reply.Suggestions))
	for i, suggestion := range reply.Suggestions {
		names[i] = suggestion.Name
	}
	return names, nil
}

func (s asking) ask(ctx context.Context, path, text string, size int, reply any) error {
	body, err := s.client.get(ctx, path, url.Values{"text": {text}, "size": {strconv.Itoa(size)}})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, reply); err != nil {
		return remoteError(fmt.Errorf("read reply of %s: %w", s.client.base, err))
	}
	return nil
}
