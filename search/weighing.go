package search

import (
	"strconv"
	"strings"

	"pkgsearch/index/score"
)

// Weighing is how a text weighs the scores of packages; nil is what is usual.
type Weighing struct {
	Quality, Popularity, Maintenance *float64 // 0 to maxWeight: shares of the three scores; only their proportions matter
	Effect                           *float64 // 0 to maxEffect: how much the three count beside the words
}

// Bounds of npms.io, whose qualifiers these are, and its usual effect.
const (
	maxWeight   = 100
	maxEffect   = 25
	usualEffect = 15.3
)

// over gives the weights of a request, those of the text in their place; nil for the default.
func (w Weighing) over(request *score.Weights) *score.Weights {
	if w.Quality == nil && w.Popularity == nil && w.Maintenance == nil {
		return request
	}
	weights := score.DefaultWeights()
	if request != nil {
		weights = *request
	}
	for _, of := range []struct {
		said *float64
		to   *float64
	}{{w.Quality, &weights.Quality}, {w.Popularity, &weights.Popularity}, {w.Maintenance, &weights.Maintenance}} {
		if of.said != nil {
			*of.to = *of.said
		}
	}
	return &weights
}

// effect is the factor of the prior's exponent.
func (w Weighing) effect() float64 {
	if w.Effect == nil {
		return 1
	}
	return *w.Effect / usualEffect
}

// weigh reads a number from 0 to most. With a minus before it, it counts nothing.
func weigh(most float64, field func(*Weighing) **float64) kind {
	return kind{cost: free, add: func(p *parser, it item) (string, bool) {
		value := strings.TrimSpace(it.value)
		v, err := strconv.ParseFloat(value, 64)
		if err != nil || strings.Trim(value, "0123456789.") != "" || v > most {
			return value, false
		}
		if it.minus {
			v = 0
		}
		*field(&p.query.Weighing) = &v
		return "", true
	}}
}
