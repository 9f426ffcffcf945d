package associate

import (
	"context"
	"math"
)

const (
	dimensions = 64
	iterations = 4 // of the power method; more change no neighbour that matters
)

// reduce gives every word a vector of length 1 in the space of the matrix's greatest eigenvectors, each
// axis weighed by the root of its eigenvalue. Products are rounded before they are added, so that no
// machine fuses the two and all get the same numbers.
func reduce(ctx context.Context, rows [][]entry) ([][]float32, error) {
	basis := make([][]float32, len(rows))
	for i := range basis {
		basis[i] = make([]float32, dimensions)
		for k := range basis[i] {
			basis[i][k] = sign(uint64(i)*dimensions + uint64(k))
		}
	}
	for range iterations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		basis = multiply(rows, basis)
		orthonormalize(basis)
	}
	vectors := multiply(rows, basis)
	for k := range dimensions {
		scale(vectors, k, 1/math.Sqrt(length(vectors, k)+tiny)) // the column is eigenvalue times eigenvector
	}
	for _, v := range vectors {
		n := float32(1 / math.Sqrt(float64(dot(v, v))+tiny))
		for k := range v {
			v[k] *= n
		}
	}
	return vectors, nil
}

const tiny = 1e-12 // keeps a word without company from dividing by zero

// sign is a fair coin that falls the same way everywhere (the mixing step of SplitMix64).
func sign(n uint64) float32 {
	n = (n + 1) * 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	if (n^n>>31)&1 == 0 {
		return -1
	}
	return 1
}

func multiply(rows [][]entry, by [][]float32) [][]float32 {
	out := make([][]float32, len(rows))
	parallel(len(rows), func(i int) {
		sum := make([]float32, dimensions)
		for _, e := range rows[i] {
			for k, x := range by[e.column] {
				sum[k] += float32(e.value * x)
			}
		}
		out[i] = sum
	})
	return out
}

// orthonormalize makes the columns perpendicular and of length 1 (modified Gram-Schmidt).
func orthonormalize(m [][]float32) {
	for k := range dimensions {
		for j := range k {
			along := 0.0
			for _, row := range m {
				along += float64(row[k] * row[j])
			}
			for _, row := range m {
				row[k] -= float32(float32(along) * row[j])
			}
		}
		scale(m, k, 1/(length(m, k)+tiny))
	}
}

func length(m [][]float32, column int) float64 {
	sum := 0.0
	for _, row := range m {
		sum += float64(row[column] * row[column])
	}
	return math.Sqrt(sum)
}

func scale(m [][]float32, column int, by float64) {
	for _, row := range m {
		row[column] *= float32(by)
	}
}

func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32 // four sums keep the processor busy
	for k := 0; k+3 < len(a) && k+3 < len(b); k += 4 {
		s0 += float32(a[k] * b[k])
		s1 += float32(a[k+1] * b[k+1])
		s2 += float32(a[k+2] * b[k+2])
		s3 += float32(a[k+3] * b[k+3])
	}
	return s0 + s1 + s2 + s3
}
