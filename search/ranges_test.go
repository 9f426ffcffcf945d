package search

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/store"
)

func seconds(y int, m time.Month, d int) uint64 {
	return uint64(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix())
}

func TestRanges(t *testing.T) {
	const most, no = math.MaxUint32, math.MaxUint64
	version := func(major, minor, patch uint64) uint64 { return uint64(store.VersionOf(major, minor, patch)) }
	last := uint64(store.MaxVersion)
	for text, want := range map[string]Range{
		"downloads:1000":                  {Measure: Downloads, Low: 1000, High: 1000},
		"downloads:=1k":                   {Measure: Downloads, Low: 1000, High: 1000},
		"downloads:>1.5M":                 {Measure: Downloads, Low: 1_500_001, High: no},
		"downloads:≥2":                    {Measure: Downloads, Low: 2, High: no},
		"downloads:<1":                    {Measure: Downloads, Low: 0, High: 0},
		"downloads:<0":                    {Measure: Downloads, Low: 1, High: 0},
		"downloads:10..1k":                {Measure: Downloads, Low: 10, High: 1000},
		"downloads:10..":                  {Measure: Downloads, Low: 10, High: no},
		"downloads:..10":                  {Measure: Downloads, Low: 0, High: 10},
		`downloads:"> 5"`:                 {Measure: Downloads, Low: 6, High: no},
		"-DOWNLOADS:>5":                   {Measure: Downloads, Low: 6, High: no, Not: true},
		"downloads:>99999999999999999999": {Measure: Downloads, Low: no, High: no},
		"downloads:99999999999b":          {Measure: Downloads, Low: no, High: no},
		"dependents:>5000000000":          {Measure: Dependents, Low: most, High: most},
		"dependents:<=5000000000":         {Measure: Dependents, Low: 0, High: most},
		"size:<50kb":                      {Measure: Size, Low: 0, High: 49_999},
		"size:1KiB..2mib":                 {Measure: Size, Low: 1024, High: 2 << 20},
		"size:1.0000000019gb":             {Measure: Size, Low: 1_000_000_001, High: 1_000_000_001},
		"size:0.1kb":                      {Measure: Size, Low: 100, High: 100},
		"size:5gb":                        {Measure: Size, Low: most, High: most},
		"updated:2025":                    {Measure: Updated, Low: seconds(2025, 1, 1), High: seconds(2026, 1, 1) - 1},
		"modified:2025-02":                {Measure: Updated, Low: seconds(2025, 2, 1), High: seconds(2025, 3, 1) - 1},
		"updated:>2025-01":                {Measure: Updated, Low: seconds(2025, 2, 1), High: most},
		"updated:>=2025-01":               {Measure: Updated, Low: seconds(2025, 1, 1), High: most},
		"updated:<2025-01":                {Measure: Updated, Low: 0, High: seconds(2025, 1, 1) - 1},
		"updated:<=2025-01":               {Measure: Updated, Low: 0, High: seconds(2025, 2, 1) - 1},
		"published:2024-02-29":            {Measure: Created, Low: seconds(2024, 2, 29), High: seconds(2024, 3, 1) - 1},
		"created:2024..2025-06":           {Measure: Created, Low: seconds(2024, 1, 1), High: seconds(2025, 7, 1) - 1},
		"updated:>9999":                   {Measure: Updated, Low: most, High: most},
		"updated:<0001":                   {Measure: Updated, Low: 0, High: 0},
		"version:2":                       {Measure: VersionNumber, Low: version(2, 0, 0), High: version(3, 0, 0) - 1},
		"version:>2":                      {Measure: VersionNumber, Low: version(3, 0, 0), High: last},
		"version:1.2.3":                   {Measure: VersionNumber, Low: version(1, 2, 3), High: version(1, 2, 3)},
		"version:99999999999999999999":    {Measure: VersionNumber, Low: version(1<<21, 0, 0), High: last},
		"version:>99999999999999999999":   {Measure: VersionNumber, Low: last, High: last},
		"node:18":                         {Measure: NodeAllowed, Low: version(18, 0, 0), High: version(19, 0, 0) - 1},
		"node:v18.17":                     {Measure: NodeAllowed, Low: version(18, 17, 0), High: version(18, 18, 0) - 1},
		"node:=18":                        {Measure: NodeAllowed, Low: version(18, 0, 0), High: version(19, 0, 0) - 1},
		"node:>=20":                       {Measure: NodeLowest, Low: version(20, 0, 0), High: last},
		"node:<16":                        {Measure: NodeLowest, Low: 0, High: version(16, 0, 0) - 1},
		"node:16..18":                     {Measure: NodeLowest, Low: version(16, 0, 0), High: version(19, 0, 0) - 1},
	} {
		q, err := Parse(text)
		if err != nil || len(q.Ranges) != 1 {
			t.Errorf("%s: %+v, %v", text, q.Ranges, err)
			continue
		}
		if diff := cmp.Diff(want, q.Ranges[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestAges(t *testing.T) {
	now := time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)
	noon := func(y int, m time.Month, d int) uint64 { return seconds(y, m, d) + 12*60*60 }
	for text, want := range map[string][2]uint64{
		"updated:30d":            {noon(2026, 5, 16), math.MaxUint32},
		"updated:<=30d":          {noon(2026, 5, 16), math.MaxUint32},
		"updated:<30d":           {noon(2026, 5, 16) + 1, math.MaxUint32},
		"updated:>2y":            {1, noon(2024, 6, 15) - 1},
		"updated:>=6mo":          {1, noon(2025, 12, 15)},
		"updated:1y..2years":     {noon(2024, 6, 15), noon(2025, 6, 15)},
		"updated:..1w":           {noon(2026, 6, 8), math.MaxUint32},
		"updated:12h..":          {1, seconds(2026, 6, 15)},
		"updated:<99999999999y":  {2, math.MaxUint32},
		"updated:>999999999999h": {1, 0},
	} {
		q, err := Parse(text)
		if err != nil || len(q.Ranges) != 1 {
			t.Errorf("%s: %+v, %v", text, q.Ranges, err)
			continue
		}
		r := q.at(now).Ranges[0]
		if r.Low != want[0] || r.High != want[1] || r.Ages != nil {
			t.Errorf("%s: %d to %d, want %d to %d", text, r.Low, r.High, want[0], want[1])
		}
		if q.Ranges[0].Ages == nil {
			t.Errorf("%s: the query was changed", text)
		}
	}
}

func TestRangesRefuse(t *testing.T) {
	for text, says := range map[string]string{
		"downloads:many":       `downloads: takes a number such as 1000, 10k or 1.5M, or a range, not "many"; for example downloads:>1000`,
		"downloads:>":          `not ">"`,
		"downloads:-5":         `not "-5"`,
		"downloads:..":         `not ".."`,
		"downloads:5..1":       `not "5..1"`,
		"downloads:1,000":      "not",
		"downloads:1.":         "not",
		"downloads:.5":         "not",
		"downloads:1.2.3":      "not",
		"downloads:1kb":        "not",
		"downloads:0x10":       "not",
		"downloads:1e9":        "not",
		"downloads:NaN":        "not",
		"downloads:>>1":        "not",
		"size:big":             "size: takes a size such as",
		"size:10px":            "not",
		"updated:soon":         "updated: takes a date",
		"updated:2025-13":      "not",
		"updated:2025-02-30":   "not",
		"updated:20250101":     "not",
		"updated:30":           "not",
		"updated:30m":          "not",
		"updated:2024..30d":    "not",
		"updated:2y..1y":       "not",
		"updated:2025..2024":   "not",
		"updated:２０２５":         "not",
		"version:latest":       "version: takes a version",
		"version:1.2.3.4":      "not",
		"node:>=lts":           "node: takes a version",
		"node:18.":             "not",
		"has:speed":            "has: takes types, bin, esm",
		"has:types,speed":      `not "speed"`,
		"-has:speed":           "not",
		"downloads:\x00":       "not",
		"size:\u202e50kb":      "not",
		"is:deprecated,a":      `not "a"`,
		"updated:2025-01-01T0": "not",
	} {
		_, err := Parse(text)
		if !errors.Is(err, ErrBadQuery) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "for example ") {
			t.Errorf("%q: got error %v, want one that says %q", text, err, says)
		}
	}
}

func TestTextIsNotEaten(t *testing.T) {
	for _, text := range []string{"https://code.example/a", "node:fs", "node:test/reporters", "name://x", "updated://2025", "http://x:80",
		"npm:react", "a:b", "::", "has", "1:2", "author//x", "c:name", "урл:1"} {
		q, err := Parse(text)
		if err != nil || q.Text != text {
			t.Errorf("%s: %+v, %v", text, q, err)
		}
	}
}
