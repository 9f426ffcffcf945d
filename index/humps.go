package index

// Hump is a word written in camelCase and its parts, all folded.
type Hump struct {
	Word  string
	Parts []string // two or more
}

// Humps lists the words of a text that are written in camelCase, split where NameTokens splits names. Words are as Words
// gives them.
func Humps(text string) []Hump {
	var humps []Hump
	for _, chunk := range chunks(text) {
		parts := compounds(chunk)
		if len(parts) < 2 { // letters before digits are one
			continue
		}
		h := Hump{Word: clip(Fold(chunk))}
		for _, part := range parts {
			if folded := clip(Fold(part)); folded != "" {
				h.Parts = append(h.Parts, folded)
			}
		}
		if len(h.Parts) > 1 {
			humps = append(humps, h)
		}
	}
	return humps
}
