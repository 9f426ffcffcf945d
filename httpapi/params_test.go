package httpapi

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pkgsearch/index/score"
	"pkgsearch/index/store"
	"pkgsearch/search"
)

// notNumbers are spellings that are no plain decimal number of rows.
var notNumbers = []string{
	"", " ", "abc", "-1", "-0", "-5", "+0", "+5", "+250", "0x10", "0X1", "0b1", "0o7", "010", "00", "007", "5.0", "5.", ".5", "0.0", "1e3", "1E3", "1e0",
	"1_000", "1,000", "1 000", " 5", "5 ", "\t5", "5\n", "\x005", "5\x00", "NaN", "nan", "Inf", "inf", "+Inf", "-Inf", "Infinity", "-Infinity",
	"null", "undefined", "true", "false", "[]", "{}", "[5]", "{5}", "5,5", "5;5", "5&", "#5", "5#", "$5", "5%", "'5'", `"5"`, "`5`", "(5)", "5)",
	"٥", "５", "五", "²", "Ⅴ", "५", "𝟓", "5\u200b", "\ufeff5", "--5", "++5", "+-5", "5-", "5+", "5-1", "5+1", "2*3", "~5", "!5", "5!", "/5", "5/1", `\5`,
	"0x", "x5", "5x", "5L", "5n", "5f", "5d", "1e999", "-99999999999999999999", "-9223372036854775808", "1.7976931348623157e308", "0.1", "-0.0", "..", ".",
}

func TestSizeAndFrom(t *testing.T) {
	api, fake := newTestAPI(Options{})
	ask := func(name, value string) (int, ErrorBody) {
		w := get(api, "/-/v1/search?text=a&"+name+"="+url.QueryEscape(value))
		return w.Code, decode[ErrorBody](t, w)
	}
	for _, value := range notNumbers {
		for name, limit := range map[string]int{"size": 250, "from": 5000} {
			if status, body := ask(name, value); status != 400 || body.Code != "bad_"+name || body.Limit != limit || !strings.Contains(body.Error, fmt.Sprint(limit)) {
				t.Errorf("%s=%q: %d %+v", name, value, status, body)
			}
		}
	}
	for value, want := range map[string]int{
		"0": 0, "1": 1, "9": 9, "10": 10, "20": 20, "249": 249, "250": 250, "251": 250, "1000": 250, "5000": 250, "2147483647": 250, "2147483648": 250,
		"4294967296": 250, "9223372036854775807": 250, "9223372036854775808": 250, "18446744073709551616": 250, strings.Repeat("9", 500): 250,
	} {
		if status, body := ask("size", value); status != 200 || fake.asked.Size != want {
			t.Errorf("size=%s: %d %+v, asked for %d, want %d", value, status, body, fake.asked.Size, want)
		}
	}
	for value, want := range map[string]int{"0": 0, "1": 1, "20": 20, "4999": 4999, "5000": 5000} {
		if status, body := ask("from", value); status != 200 || fake.asked.From != want {
			t.Errorf("from=%s: %d %+v, asked from %d", value, status, body, fake.asked.From)
		}
	}
	for _, value := range []string{"5001", "10000", "2147483648", "9223372036854775807", "9223372036854775808", "18446744073709551617", strings.Repeat("9", 500)} {
		if status, body := ask("from", value); status != 400 || body.Code != "from_too_large" || body.Limit != 5000 {
			t.Errorf("from=%s: %d %+v", value, status, body)
		}
	}
}

// TestPageEndsAtTheLimit cuts a page that would pass the deepest hit.
func TestPageEndsAtTheLimit(t *testing.T) {
	api, fake := newTestAPI(Options{})
	for from, want := range map[int]int{4749: 250, 4750: 250, 4751: 249, 4999: 1, 5000: 0} {
		if w := get(api, fmt.Sprintf("/-/v1/search?size=250&from=%d", from)); w.Code != 200 || fake.asked.Size != want {
			t.Errorf("from=%d: %d, asked for %d hits, want %d", from, w.Code, fake.asked.Size, want)
		}
	}
}

func TestSizeZeroAndFromBeyond(t *testing.T) {
	api, _ := newTestAPI(Options{})
	for _, query := range []string{"size=0", "from=2", "from=5000", "from=4990&size=250"} {
		w := get(api, "/-/v1/search?text=a&"+query)
		reply := decode[npmReply](t, w)
		if w.Code != 200 || reply.Objects == nil || len(reply.Objects) != 0 || reply.Total != 2 {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}

// TestWalkReturnsEachPackageOnce pages through everything with several page sizes.
func TestWalkReturnsEachPackageOnce(t *testing.T) {
	api, fake := newTestAPI(Options{})
	fake.hits = nil
	for i := range 1203 {
		fake.hits = append(fake.hits, search.Hit{Package: store.Package{Name: fmt.Sprintf("p%d", i)}})
	}
	for _, size := range []int{1, 7, 100, 250, 999} {
		seen := map[string]int{}
		for from := 0; ; {
			reply := decode[npmReply](t, get(api, fmt.Sprintf("/-/v1/search?size=%d&from=%d", size, from)))
			for _, o := range reply.Objects {
				seen[o.Package.Name]++
			}
			if len(reply.Objects) == 0 {
				break
			}
			from += len(reply.Objects)
		}
		for name, n := range seen {
			if n != 1 {
				t.Fatalf("size %d: %s came %d times", size, name, n)
			}
		}
		if len(seen) != 1203 {
			t.Errorf("size %d: %d packages", size, len(seen))
		}
	}
}

func TestWeights(t *testing.T) {
	def := score.DefaultWeights()
	blend := func(quality, popularity, maintenance float64) *score.Weights {
		return &score.Weights{Quality: quality, Popularity: popularity, Maintenance: maintenance}
	}
	api, fake := newTestAPI(Options{})
	for query, want := range map[string]*score.Weights{
		"":                                     nil,
		"quality=0&popularity=0&maintenance=0": nil,
		"quality=1&popularity=0&maintenance=0": blend(1, 0, 0),
		"quality=1.0&popularity=0.0&maintenance=0.00": blend(1, 0, 0),
		"maintenance=1e-7":                            blend(def.Quality, def.Popularity, 1e-7),
		"popularity=.25":                              blend(def.Quality, .25, def.Maintenance),
		fmt.Sprintf("quality=%v", def.Quality):        nil,
		fmt.Sprintf("quality=%v&popularity=%v&maintenance=%v", def.Quality, def.Popularity, def.Maintenance): nil,
	} {
		if w := get(api, "/-/v1/search?text=a&"+query); w.Code != 200 {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
		if diff := cmp.Diff(want, fake.asked.Weights); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	for _, value := range []string{"", "NaN", "nan", "Inf", "-Inf", "infinity", "-1", "-0", "-0.5", "1.01", "2", "15.3", "1e9", "1e999", "0x1p-2", "0,5", "+0.5", "half", ".", "e1", "1e", "0.5.5", "0_1", strings.Repeat("0", 400)} {
		for _, name := range []string{"quality", "popularity", "maintenance"} {
			body := wantError(t, get(api, "/-/v1/search?text=a&"+name+"="+url.QueryEscape(value)), 400, "bad_weight")
			if body.Limit != 1 || !strings.Contains(body.Error, name) {
				t.Errorf("%s=%s: %+v", name, value, body)
			}
		}
	}
}

func TestText(t *testing.T) {
	api, fake := newTestAPI(Options{})
	for _, text := range []string{"", "n", "react dom", "keywords:a,b+c", "@scope/name", "http://registry.example/x?y=1", `"a b" -c`, strings.Repeat("x", 256), strings.Repeat("𝟓", 256), "a\x00b"} {
		if w := get(api, "/-/v1/search?text="+url.QueryEscape(text)); w.Code != 200 || fake.asked.Text != text {
			t.Errorf("text=%q: %d, asked %q", text, w.Code, fake.asked.Text)
		}
	}
	for _, text := range []string{strings.Repeat("x", 257), strings.Repeat("é", 257), strings.Repeat("x", 2000)} {
		for _, path := range []string{"/-/v1/search", "/-/v1/suggest", "/api/v1/search"} {
			body := wantError(t, get(api, path+"?text="+url.QueryEscape(text)), 400, "text_too_long")
			if body.Limit != 256 {
				t.Errorf("limit %d", body.Limit)
			}
		}
	}
	wantError(t, get(api, "/-/v1/search?text=%ff%fe"), 400, "invalid_utf8")
	wantError(t, get(api, "/-/v1/search?text=%ed%a0%80"), 400, "invalid_utf8")
	wantError(t, get(api, "/-/v1/suggest"), 400, "text_missing")
	for _, query := range []string{"text=%zz", "text=a;size=5", "text=%", "%=1"} {
		wantError(t, get(api, "/-/v1/search?"+query), 400, "bad_query_string")
	}
}

// TestParameterPollution: a known parameter comes once; unknown ones and other cases are not looked at.
func TestParameterPollution(t *testing.T) {
	api, fake := newTestAPI(Options{})
	for _, name := range []string{"text", "size", "from", "quality", "popularity", "maintenance"} {
		wantError(t, get(api, "/-/v1/search?"+name+"=1&x=1&"+name+"=1"), 400, "duplicate_parameter")
		wantError(t, get(api, "/api/v1/search?"+name+"=1&"+name), 400, "duplicate_parameter")
	}
	wantError(t, get(api, "/api/v1/search?explain=1&explain=0"), 400, "duplicate_parameter")
	wantError(t, get(api, "/api/v1/search?explain=maybe"), 400, "bad_explain")
	if w := get(api, "/-/v1/search?text=a&TEXT=b&Size=-1&sortBy=x&sortBy=y&detailed=true&explain=1&text%5B%5D=c"); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if want := (search.Request{Text: "a", Size: 20, CountTo: NPMCounted}); !cmp.Equal(fake.asked, want) {
		t.Errorf("asked %+v, want %+v", fake.asked, want)
	}
}

// TestClientRequestForms replays what npm and pnpm send, at the root and under a prefix.
func TestClientRequestForms(t *testing.T) {
	api, fake := newTestAPI(Options{Prefix: "/npm/"})
	for target, want := range map[string]search.Request{
		"/-/v1/search?text=a%20b&size=20&from=0&quality=0.65&popularity=0.98&maintenance=0.5": {Text: "a b", Size: 20, CountTo: NPMCounted},
		"/-/v1/search?text=react&size=20":                                  {Text: "react", Size: 20, CountTo: NPMCounted},
		"/npm/-/v1/search?text=keywords:a+b&size=250":                      {Text: "keywords:a b", Size: 250, CountTo: NPMCounted},
		"http://registry.example/npm/-/v1/search?text=%40scope%2Fn&size=1": {Text: "@scope/n", Size: 1, CountTo: NPMCounted},
	} {
		fake.asked = search.Request{}
		if w := get(api, target); w.Code != 200 {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
		fake.asked.Weights = nil // the client's blend; TestWeights looks at it
		if !cmp.Equal(fake.asked, want) {
			t.Errorf("%s: asked %+v, want %+v", target, fake.asked, want)
		}
	}
	wantError(t, get(api, "/npmx/-/v1/search"), 404, "unknown_path")
	wantError(t, get(api, "/npm//-/v1/search"), 400, "bad_path")
	wantError(t, get(api, "/npm/../-/v1/search"), 400, "bad_path")
}

func TestSuggest(t *testing.T) {
	api, fake := newTestAPI(Options{})
	fake.hits = nil
	for i := range 80 {
		fake.hits = append(fake.hits, search.Hit{Package: store.Package{Name: fmt.Sprintf("p%02d", i)}})
	}
	for query, want := range map[string]int{"text=p": 10, "text=p&size=3": 3, "text=p&size=50": 50, "text=p&size=999": 50, "text=p&size=0": 0, "text=q": 0} {
		w := get(api, "/-/v1/suggest?"+query)
		if got := decode[Suggestions](t, w).Suggestions; got == nil || len(got) != want {
			t.Errorf("%s: %d %s, want %d", query, w.Code, w.Body, want)
		}
	}
	if got := decode[Suggestions](t, get(api, "/-/v1/suggest?text=p")).Completions; len(got) != 1 || got[0] != "p more" {
		t.Errorf("completions %q", got)
	}
	fake.hits = nil
	if w := get(api, "/-/v1/suggest?text=p"); strings.TrimSpace(w.Body.String()) != `{"suggestions":[],"completions":[]}` {
		t.Errorf("reply %s of nothing", w.Body)
	}
}
