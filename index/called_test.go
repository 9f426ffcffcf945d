package index

import "testing"

func TestCalledAs(t *testing.T) {
	for name, want := range map[string]string{
		"lamp": "lamp", "Desk-Lamp.js": "desklampjs", "@house/lamp": "lamp", "@house/desk-lamp": "desklamp",
		"@house/core": "house", "@front-door/react": "frontdoor", "core": "core", "@x": "x",
	} {
		if got := calledAs(name); got != want {
			t.Errorf("%s is called %q, not %q", name, got, want)
		}
	}
}
