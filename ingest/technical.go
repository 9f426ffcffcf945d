package ingest

import (
	"slices"
	"strconv"
	"strings"

	"pkgsearch/index/store"
)

// What the maps and lists of a record may take, in bytes of JSON. Real packages stay far below.
const (
	maxDependenciesBytes = 64 << 10
	maxPeersBytes        = 16 << 10
	maxEnginesBytes      = 4 << 10
	maxBinBytes          = 8 << 10
	maxRange             = 1024 // bytes of one version range; of a longer one only the name is kept
)

// technical fills in what code needs to know of the chosen version.
func (d *document) technical(p *store.Package) {
	if p.Version == "" {
		return
	}
	p.Dependencies = first(d, medium, dependencies(maxDependenciesBytes), "dependencies")
	p.PeerDependencies = first(d, medium, dependencies(maxPeersBytes), "peerDependencies")
	p.Engines = first(d, medium, engines, "engines")
	p.Bin = first(d, medium, commands(p.Name), "bin")

	exports := d.value(d.manifest, "exports", medium)
	p.Types = d.hasTypes(exports)
	p.Module = d.moduleFormat(exports)

	scripts := d.value(d.manifest, "scripts", medium)
	p.InstallScript = d.value(d.manifest, "hasInstallScript", small).isTrue() ||
		d.value(d.manifest, "gypfile", small).isTrue() ||
		scripts.get("preinstall").line() != "" ||
		scripts.get("install").line() != "" ||
		scripts.get("postinstall").line() != ""
	test := scripts.get("test").line()
	p.TestScript = test != "" && !strings.Contains(test, "no test specified")
	p.FilesList = len(d.value(d.manifest, "files", medium).items) > 0

	dist := d.value(d.manifest, "dist", medium)
	p.Provenance = dist.get("attestations").kind == object
	p.UnpackedSize = wholeNumber(dist.get("unpackedSize"))
}

// dependencies reads a map of package names to version ranges. What names no package or has no text
// is dropped; a URL's user info is taken out, since tokens stand there.
func dependencies(room int) func(value) (map[string]string, fit) {
	return func(v value) (map[string]string, fit) {
		if v.kind != object {
			return nil, wrong
		}
		all := map[string]string{}
		left := room
		for i, name := range v.keys {
			if old, ok := all[name]; ok {
				left += jsonSize(name) + jsonSize(old) + 2
				delete(all, name)
			}
			if v.items[i].kind != text || !ValidName(name) {
				continue
			}
			rng := withoutUserInfo(v.items[i].line())
			if len(rng) > maxRange {
				rng = ""
			}
			if size := jsonSize(name) + jsonSize(rng) + 2; size <= left {
				left -= size
				all[name] = rng
			}
		}
		return all, good
	}
}

// withoutUserInfo takes what stands before the @ out of the authority of a URL.
func withoutUserInfo(s string) string {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return s
	}
	host := beforeAny(rest, "/?#")
	at := strings.LastIndexByte(host, '@')
	if at < 0 || !strings.Contains(host[:at], ":") && strings.Contains(scheme, "ssh") {
		return s // the git of git+ssh://git@host is no secret
	}
	return scheme + "://" + rest[at+1:]
}

// engines reads which engines a package runs on: a map, or the old list of "node >= 0.8".
func engines(v value) (map[string]string, fit) {
	all := map[string]string{}
	room := maxEnginesBytes
	add := func(name, rng string) {
		name = oneLine(name)
		size := jsonSize(name) + jsonSize(rng) + 2
		if name != "" && size <= room {
			room -= size
			all[name] = rng
		}
	}
	list := []value{v}
	switch v.kind {
	case object:
		for i, name := range v.keys {
			if v.items[i].kind == text {
				add(name, v.items[i].line())
			}
		}
		return all, good
	case array:
		list = v.items
	case text:
	default:
		return nil, wrong
	}
	for _, item := range list {
		s := item.line()
		i := strings.IndexAny(s, " <>=~^")
		if i < 0 {
			i = len(s)
		}
		add(s[:i], strings.TrimSpace(s[i:]))
	}
	return all, good
}

// commands reads the commands that a package installs: the keys of a map, or the package's own name
// without its scope.
func commands(name string) func(value) ([]string, fit) {
	return func(v value) ([]string, fit) {
		switch v.kind {
		case text:
			if v.line() == "" {
				return nil, blank
			}
			return []string{unscoped(name)}, good
		case object:
			var all []string
			room := maxBinBytes
			for i, key := range v.keys {
				key = unscoped(oneLine(key))
				if v.items[i].line() == "" || key == "" || slices.Contains(all, key) {
					continue
				}
				if room -= jsonSize(key) + 1; room < 0 {
					break
				}
				all = append(all, key)
			}
			slices.Sort(all)
			return all, good
		}
		return nil, wrong
	}
}

// hasTypes tells whether the package ships type declarations.
func (d *document) hasTypes(exports value) bool {
	return d.value(d.manifest, "types", small).line() != "" ||
		d.value(d.manifest, "typings", small).line() != "" ||
		d.value(d.manifest, "typesVersions", small).kind == object ||
		exports.anyKey(func(key string) bool { return key == "types" || strings.HasPrefix(key, "types@") })
}

// moduleFormat tells what import and require find: "type" and "exports" decide in Node, "module" is
// how bundlers find an ES module beside a CommonJS main.
func (d *document) moduleFormat(exports value) store.ModuleFormat {
	main := d.value(d.manifest, "main", small).line()
	if s := exports.line(); s != "" {
		main = s
	}
	esm := d.value(d.manifest, "type", small).line() == "module" && !strings.HasSuffix(main, ".cjs") ||
		strings.HasSuffix(main, ".mjs")
	imports := exports.anyKey(func(key string) bool { return key == "import" || key == "module" }) ||
		d.value(d.manifest, "module", small).line() != ""
	requires := exports.anyKey(func(key string) bool { return key == "require" })
	switch {
	case esm && requires, !esm && imports && (requires || exports.kind == absent), !esm && imports && main != "":
		return store.Dual
	case esm || imports:
		return store.ESM
	}
	return store.CommonJS
}

// anyKey tells whether a key for which ok holds is in v, at any depth.
func (v value) anyKey(ok func(string) bool) bool {
	return slices.ContainsFunc(v.keys, ok) ||
		slices.ContainsFunc(v.items, func(item value) bool { return item.anyKey(ok) })
}

// wholeNumber reads a count of bytes, 0 where it is none.
func wholeNumber(v value) int64 {
	n, err := strconv.ParseInt(v.str, 10, 64)
	if v.kind != number || err != nil || n < 0 || n > maxNumber {
		return 0
	}
	return n
}

// jsonSize is how many bytes s takes in JSON, quotes and all.
func jsonSize(s string) int {
	return len(s) + 2 + strings.Count(s, `"`) + strings.Count(s, `\`)
}
