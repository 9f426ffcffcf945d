package cmd

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"pkgsearch/search"
)

// maxRankingFile bounds a ranking file, which holds a few dozen numbers.
const maxRankingFile = 64 << 10

// rankingFrom reads a ranking file: a JSON object of settings that differ from the default ranking.
func rankingFrom(path string) (search.Ranking, error) {
	r := search.DefaultRanking()
	if path == "" {
		return r, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return r, usageError(fmt.Errorf("read ranking: %w", err))
	}
	if info.Size() > maxRankingFile {
		return r, usageError(fmt.Errorf("read ranking: %s has %d bytes, a ranking file at most %d", path, info.Size(), maxRankingFile))
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return r, usageError(fmt.Errorf("read ranking: %w", err))
	}
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		return r, usageError(fmt.Errorf("read ranking %s: %w; it is a JSON object of settings, see docs/tuning.md", path, err))
	}
	if err := r.Validate(); err != nil {
		return r, usageError(fmt.Errorf("read ranking %s: %w", path, err))
	}
	return r, nil
}

// withSettings changes a ranking by a list of name=value.
func withSettings(r search.Ranking, changes []string) (search.Ranking, error) {
	settings := r.Settings()
	for _, c := range changes {
		name, value, found := strings.Cut(c, "=")
		x, err := strconv.ParseFloat(value, 64)
		if _, known := settings[name]; !found || !known || err != nil {
			return r, usageError(fmt.Errorf("%q is no setting of the ranking with a number; write one such as cover=4, see docs/tuning.md", c))
		}
		settings[name] = x
	}
	return rankingOf(settings)
}

// rankingOf is the ranking of named settings.
func rankingOf(settings map[string]float64) (search.Ranking, error) {
	r := search.DefaultRanking()
	raw, err := json.Marshal(settings)
	if err != nil {
		return r, usageError(fmt.Errorf("settings of the ranking: %w", err))
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return r, usageError(fmt.Errorf("settings of the ranking: %w", err))
	}
	if err := r.Validate(); err != nil {
		return r, usageError(err)
	}
	return r, nil
}
