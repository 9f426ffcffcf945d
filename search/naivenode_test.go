package search_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// naiveNodes tries out releases of Node, patch by patch: node[major][minor] tells whether a range lets one of them through.
type naiveNodes [40][32]bool

// tryNodes gives what a range lets through. What nothing satisfies, or nobody can read, is taken for every Node.
func tryNodes(text string) (node naiveNodes) {
	alternatives := naiveParse(text)
	some := false
	for x := range node {
		for y := range node[x] {
			for z := range 25 {
				node[x][y] = node[x][y] || naiveSatisfies(alternatives, []int{x, y, z})
			}
			some = some || node[x][y]
		}
	}
	if !some {
		return tryNodes("*")
	}
	return node
}

type naiveComparator struct {
	op    string
	given []int // the numbers that are given
}

func naiveParse(text string) (alternatives [][]naiveComparator) {
	part := regexp.MustCompile(`(>=|<=|>|<|\^|~>|~|=|)\s*v?(\d+|x|\*)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?`)
	text = regexp.MustCompile(`(\S+) - (\S+)`).ReplaceAllString(text, ">=$1 <=$2")
	for alternative := range strings.SplitSeq(text, "||") {
		all := []naiveComparator{}
		for _, m := range part.FindAllStringSubmatch(alternative, -1) {
			c := naiveComparator{op: m[1]}
			for _, s := range m[2:] {
				n, err := strconv.Atoi(s)
				if err != nil {
					break
				}
				c.given = append(c.given, n)
			}
			all = append(all, c)
		}
		alternatives = append(alternatives, all)
	}
	return alternatives
}

func naiveSatisfies(alternatives [][]naiveComparator, v []int) bool {
	holds := func(c naiveComparator) bool {
		order := slices.Compare(v[:len(c.given)], c.given)
		same := func(fixed int) bool { return order >= 0 && slices.Equal(v[:fixed], c.given[:fixed]) }
		switch c.op {
		case ">=":
			return order >= 0
		case "<=":
			return order <= 0
		case ">":
			return order > 0
		case "<":
			return order < 0
		case "^":
			fixed := 1
			for fixed < len(c.given) && c.given[fixed-1] == 0 {
				fixed++
			}
			return same(fixed)
		case "~", "~>":
			return same(min(2, len(c.given)))
		}
		return order == 0
	}
	return slices.ContainsFunc(alternatives, func(all []naiveComparator) bool {
		return !slices.ContainsFunc(all, func(c naiveComparator) bool { return !holds(c) })
	})
}
