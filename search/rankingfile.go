package search

import (
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxRankingFile bounds a file of settings, in bytes.
const maxRankingFile = 1 << 20

// RankingNames lists the settings in the order of Ranking.
func RankingNames() []string {
	t := reflect.TypeFor[Ranking]()
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("json")
	}
	return names
}

// RankingBounds is the least and most that a setting may be.
func RankingBounds(name string) (least, most float64) {
	switch name {
	case "b": // above 1 short fields would count as of no length
		return 0, 1
	case "k1", "nameLength", "tagsLength", "descriptionLength": // divisors
		return 0.01, maxSetting
	case "associatedMost": // each is one more posting list to read
		return 0, 64
	}
	return 0, maxSetting
}

// With is the ranking with one setting changed.
func (r Ranking) With(name string, value float64) (Ranking, error) {
	i := slices.Index(RankingNames(), name)
	if i < 0 {
		return r, unknownSetting(name)
	}
	least, most := RankingBounds(name)
	if math.IsNaN(value) || value < least || value > most {
		return r, fmt.Errorf("ranking setting %s is %v: it must be from %g to %g", name, value, least, most)
	}
	reflect.ValueOf(&r).Elem().Field(i).SetFloat(value)
	return r, nil
}

// Read reads settings from a YAML mapping of names to numbers; those it does not name stay as in r. name
// is what errors call the file.
func (r Ranking) Read(f io.Reader, name string) (Ranking, error) {
	raw, err := io.ReadAll(io.LimitReader(f, maxRankingFile+1))
	switch {
	case err != nil:
		return r, fmt.Errorf("read ranking %s: %w", name, err)
	case len(raw) > maxRankingFile:
		return r, fmt.Errorf("read ranking %s: it is larger than %d bytes", name, maxRankingFile)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return r, fmt.Errorf("read ranking %s: %w", name, err)
	}
	if len(doc.Content) == 0 {
		return r, nil // an empty file changes nothing
	}
	settings := doc.Content[0]
	if settings.Kind != yaml.MappingNode {
		return r, fmt.Errorf("read ranking %s:%d: it must be lines of setting: number", name, settings.Line)
	}
	seen := map[string]bool{}
	for i := 0; i < len(settings.Content); i += 2 {
		key, value := settings.Content[i], settings.Content[i+1]
		var v float64
		switch {
		case seen[key.Value]:
			err = fmt.Errorf("%s stands here a second time", key.Value)
		case !slices.Contains(RankingNames(), key.Value):
			err = unknownSetting(key.Value)
		case !slices.Contains([]string{"!!int", "!!float"}, value.ShortTag()) || value.Decode(&v) != nil:
			err = fmt.Errorf("ranking setting %s must be a number", key.Value)
		default:
			r, err = r.With(key.Value, v)
		}
		if err != nil {
			return r, fmt.Errorf("read ranking %s:%d: %w", name, key.Line, err)
		}
		seen[key.Value] = true
	}
	return r, nil
}

// YAML is what Read takes: one setting a line, in the order of Ranking.
func (r Ranking) YAML() string {
	var b strings.Builder
	v := reflect.ValueOf(r)
	for i, name := range RankingNames() {
		b.WriteString(name + ": " + strconv.FormatFloat(v.Field(i).Float(), 'g', -1, 64) + "\n")
	}
	return b.String()
}

func unknownSetting(name string) error {
	for _, known := range RankingNames() {
		if strings.EqualFold(known, strings.ReplaceAll(name, "-", "")) {
			return fmt.Errorf("unknown ranking setting %q; did you mean %s?", name, known)
		}
	}
	return errors.New("unknown ranking setting " + strconv.Quote(name) + "; pkgsearch eval --show-ranking lists them")
}
