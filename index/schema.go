package index

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/blevesearch/bleve/v2/document"
	bindex "github.com/blevesearch/bleve_index_api"

	"pkgsearch/index/store"
)

// Fields of the index. Nothing is stored in it but the document's id, the package name.
const (
	FieldName        = "name"        // the whole name, folded
	FieldJoined      = "joined"      // the name's letters and digits
	FieldBase        = "base"        // those of a scoped name without its scope
	FieldWords       = "words"       // words of the name, scope included
	FieldStems       = "stems"       // stems of the name's words, without the scope's
	FieldTags        = "tags"        // stems of the keywords' words
	FieldKeyword     = "keyword"     // whole keywords, folded
	FieldDescription = "description" // stems of the description's words
	FieldPeople      = "people"      // words of the author's name and of account names
	FieldAuthor      = "author"      // author's and publisher's name, account and e-mail, folded, whole
	FieldMaintainer  = "maintainer"  // maintainers' accounts and e-mails, folded, whole
	FieldScope       = "scope"       // "@scope", or Unscoped
	FieldLicense     = "license"     // LicenseTerms
	FieldDependency  = "dependency"  // names of dependencies, folded
	FieldPeer        = "peer"        // names of peer dependencies, folded
	FieldCommand     = "command"     // names of installed commands, folded
)

// Unscoped is the scope term of names without one. No real scope is written without its "@".
const Unscoped = "unscoped"

// membership is what Bleve keeps of every field: which documents have which terms. How often and where words stand
// is in the posting lists (package postings).
const membership = bindex.IndexField | bindex.SkipFreqNorm

// fields lists everything that documentOf fills.
func fields() []string {
	return []string{FieldName, FieldJoined, FieldBase, FieldWords, FieldStems, FieldTags, FieldKeyword,
		FieldDescription, FieldPeople, FieldAuthor, FieldMaintainer, FieldScope,
		FieldLicense, FieldDependency, FieldPeer, FieldCommand}
}

// Fingerprint identifies the schema and the analysis of this build: the fields, their options, and what
// becomes of a package that shows what the analysis does, newer Unicode tables and stemmers included.
func Fingerprint() string {
	h := sha256.New()
	for _, f := range fields() {
		fmt.Fprintln(h, f, int(membership))
	}
	probe := &store.Package{
		Name:        "@Scope/fooBar-HTTPServer.base64_js",
		Description: "Don't parse the Crème brûlées: ＡＢＣ, 日本語テスト, Straße, İ, Ꭰꭰ; nationalities running e-mail c++",
		Keywords:    []string{"date picker", "Générator's"},
		Author:      &store.Person{Name: "Ann Lee", Email: "Ann@mail.example"},
		Publisher:   &store.User{Username: "Ann-Lee", Email: "a@mail.example"},
		Maintainers: []store.User{{Username: "bob_b", Email: "b@mail.example"}},
		License:     "(MIT OR Apache 2)", Bin: []string{"Foo"},
		Dependencies: map[string]string{"Dep": "1"}, PeerDependencies: map[string]string{"Peer": "1"},
	}
	for _, f := range documentOf(probe).Fields {
		fmt.Fprintln(h, f.Name(), f.(*document.TextField).Analyzer())
	}
	fmt.Fprintln(h, listingOf(probe))
	return hex.EncodeToString(h.Sum(nil)[:8])
}
