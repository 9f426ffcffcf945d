package index

import (
	"maps"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"

	"pkgsearch/index/postings"
	"pkgsearch/index/store"
)

// keywordGap keeps phrases from running across two keywords.
const keywordGap = 10

// documentOf turns a package into what Bleve indexes. It is a pure function of the record: popularity
// and scores live beside the index, so that they can change without touching a posting.
func documentOf(p *store.Package) *document.Document {
	d := document.NewDocument(p.Name)
	eachField(p, listingOf(p), func(field string, tokens []Token) {
		if len(tokens) > 0 {
			d.AddField(document.NewTextFieldCustom(field, nil, nil, membership, stream(tokens)))
		}
	})
	return d
}

// eachField gives the tokens of every field of a package, perhaps none. words are what is listed of it.
func eachField(p *store.Package, words postings.Document, add func(field string, tokens []Token)) {
	add(FieldName, terms(Fold(p.Name)))
	add(FieldJoined, terms(Joined(p.Name)))
	if base := baseName(p.Name); base != p.Name {
		add(FieldBase, terms(Joined(base)))
	}
	add(FieldScope, terms(scopeTerm(p.Name)))
	add(FieldWords, words.Words)
	add(FieldStems, words.Name)
	add(FieldTags, words.Tags)
	add(FieldKeyword, terms(foldAll(p.Keywords)...))
	add(FieldDescription, words.Prose)
	add(FieldAuthor, terms(authorTerms(p)...))
	add(FieldMaintainer, terms(maintainerTerms(p)...))
	add(FieldPeople, terms(words.People...))
	add(FieldLicense, terms(LicenseTerms(p.License)...))
	add(FieldDependency, terms(foldedKeys(p.Dependencies)...))
	add(FieldPeer, terms(foldedKeys(p.PeerDependencies)...))
	add(FieldCommand, terms(foldAll(p.Bin)...))
}

// stream is a Bleve analyzer whose answer is already known.
type stream []Token

func (s stream) Analyze([]byte) analysis.TokenStream {
	out := make(analysis.TokenStream, len(s))
	for i, t := range s {
		out[i] = &analysis.Token{Term: []byte(t.Text), Position: t.Position, End: len(t.Text)}
	}
	return out
}

// terms makes whole terms, without the empty ones and repeats.
func terms(values ...string) []Token {
	var out []Token
	var seen map[string]bool // of many values; a few are compared
	if len(values) > 16 {
		seen = make(map[string]bool, len(values))
	}
	for i, v := range values {
		if v == "" || seen[v] || seen == nil && slices.Contains(values[:i], v) {
			continue
		}
		if seen != nil {
			seen[v] = true
		}
		out = append(out, Token{Text: v, Position: len(out) + 1})
	}
	return out
}

func stemmed(words []Token) []Token {
	out := make([]Token, len(words))
	for i, w := range words {
		out[i] = Token{Text: Stem(w.Text), Position: w.Position}
	}
	return out
}

// proseTokens stems running text, leaves stop words out and counts their positions.
func proseTokens(text string, after int) []Token {
	var out []Token
	for i, w := range Words(text) {
		if !IsStopWord(w) {
			out = append(out, Token{Text: Stem(w), Position: after + i + 1})
		}
	}
	return out
}

func tagTokens(keywords []string) []Token {
	var out []Token
	after := 0
	for _, k := range keywords {
		tokens := proseTokens(k, after)
		if len(tokens) > 0 {
			out = append(out, tokens...)
			after = tokens[len(tokens)-1].Position + keywordGap
		}
	}
	return out
}

func authorTerms(p *store.Package) []string {
	var who []string
	if p.Author != nil {
		who = append(who, p.Author.Name, p.Author.Email)
	}
	if p.Publisher != nil {
		who = append(who, p.Publisher.Username, p.Publisher.Email)
	}
	return foldAll(who)
}

func maintainerTerms(p *store.Package) []string {
	var who []string
	for _, m := range p.Maintainers {
		who = append(who, m.Username, m.Email)
	}
	return foldAll(who)
}

func peopleTokens(p *store.Package) []Token {
	var words []string
	if p.Author != nil {
		words = append(words, Words(p.Author.Name)...)
	}
	if p.Publisher != nil {
		words = append(words, Words(p.Publisher.Username)...)
	}
	for _, m := range p.Maintainers {
		words = append(words, Words(m.Username)...)
	}
	return terms(words...)
}

// foldedKeys gives the keys of a map, in order.
func foldedKeys(m map[string]string) []string {
	return foldAll(slices.Sorted(maps.Keys(m)))
}

func foldAll(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = Fold(strings.TrimSpace(v))
	}
	return out
}

// baseName is the name without its scope.
func baseName(name string) string {
	if _, base, scoped := strings.Cut(name, "/"); scoped {
		return base
	}
	return name
}

func scopeTerm(name string) string {
	if scope, _, scoped := strings.Cut(name, "/"); scoped {
		return Fold(scope)
	}
	return Unscoped
}
