package index

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLicenseTerms(t *testing.T) {
	for license, want := range map[string][]string{
		"":                         nil,
		"MIT":                      {"mit"},
		"(MIT OR Apache-2.0)":      {"apache-2.0", "mit"},
		"Apache 2 AND MIT and mit": {"apache-2.0", "mit"},
		"GPL-2.0-only WITH Classpath-exception-2.0": {"classpath-exception-2.0", "gpl-2.0-only"},
		"(MIT AND (LGPL-2.1+ OR BSD-3-Clause))":     {"bsd-3-clause", "lgpl-2.1+", "mit"},
		"The MIT License":                           {"mit"},
		"MIT/X11":                                   {"mit"},
		"SEE LICENSE IN LICENSE.md":                 {"see license in license.md"},
		"free to use and copy for anyone":           {"free to use and copy for anyone"},
		"OR":                                        {"or"},
		"MIT OR":                                    {"mit or"},
		"() ( )":                                    nil,
	} {
		if diff := cmp.Diff(want, LicenseTerms(license)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", license, diff)
		}
	}
}
