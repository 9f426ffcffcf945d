package ingest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestNPMConfig(t *testing.T) {
	for _, c := range []struct {
		name       string
		env        map[string]string
		cwd, home  string // their .npmrc; "" for none
		url, token string // url "" for none
	}{
		{name: "nothing"},
		{name: "environment", env: map[string]string{"npm_config_registry": "https://a.example/"}, cwd: "registry=https://b.example", url: "https://a.example/"},
		{name: "environment in capitals", env: map[string]string{"NPM_CONFIG_REGISTRY": "https://a.example/"}, url: "https://a.example/"},
		{name: "project before user", cwd: "registry=https://a.example", home: "registry=https://b.example", url: "https://a.example"},
		{name: "user", cwd: "; nothing\n# here", home: "registry = \"https://b.example\"\r\n", url: "https://b.example"},
		{
			name: "token of the host, in another file", cwd: "registry=https://a.example/npm/", home: "//b.example/:_authToken=no\n//a.example/:_authToken=yes",
			url: "https://a.example/npm/", token: "yes",
		},
		{
			name: "token of the longer path", home: "registry=https://a.example:8443/npm/private\n//a.example:8443/:_authToken=no\n//a.example:8443/npm/:_authToken=yes",
			url: "https://a.example:8443/npm/private", token: "yes",
		},
		{name: "token of another port", home: "registry=https://a.example:1/\n//a.example:2/:_authToken=no", url: "https://a.example:1/"},
		{name: "token of a host that only begins alike", home: "registry=https://a.example/\n//a.example.evil/:_authToken=no", url: "https://a.example/"},
		{
			name: "expansion", env: map[string]string{"HOST": "a.example", "TOKEN": "a=b"}, home: "registry=https://${HOST}/\n//a.example/:_authToken=${TOKEN}",
			url: "https://a.example/", token: "a=b",
		},
		{name: "expansion of nothing is no token", home: "registry=https://a.example/\n//a.example/:_authToken=${TOKEN}", url: "https://a.example/"},
		{name: "a byte order mark", home: "\ufeffregistry=https://a.example/", url: "https://a.example/"},
		{
			name: "comments behind values", home: "registry=https://a.example/ ; the proxy\n//a.example/:_authToken='a b' # mine",
			url: "https://a.example/", token: "a b",
		},
		{name: "no comment", home: "registry=https://a.example/\n//a.example/:_authToken=a\\;b\\#c;d", url: "https://a.example/", token: "a;b#c"},
		{
			name: "expansion that may be nothing", env: map[string]string{"HOST": "a.example"}, home: "registry=https://${HOST?}/${PATH?}\n//a.example/:_authToken=${TOKEN?}",
			url: "https://a.example/",
		},
		{name: "the last line counts", home: "registry=https://a.example/\nregistry=https://b.example/", url: "https://b.example/"},
	} {
		cwd, home := t.TempDir(), t.TempDir()
		for dir, content := range map[string]string{cwd: c.cwd, home: c.home} {
			if content == "" {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, ".npmrc"), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		npm, err := ReadNPMConfig(func(key string) string { return c.env[key] }, home, cwd)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		url := npm.Registry()
		if token := npm.Token(url); url != c.url || token != c.token {
			t.Errorf("%s: %q, %q; want %q, %q", c.name, url, token, c.url, c.token)
		}
	}
}
