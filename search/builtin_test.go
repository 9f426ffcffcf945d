package search

import "testing"

func TestB(t *testing.T) { DefaultSynonyms() }
