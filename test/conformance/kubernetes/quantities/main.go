// Writes how Kubernetes' own resource.Quantity reads, writes, rounds and compares many texts, as JSON.
//
// In a module that requires k8s.io/apimachinery v0.37.2:
//
//	go run main.go | gzip -9 > recorded.json.gz
package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"

	"k8s.io/apimachinery/pkg/api/resource"
)

type row struct {
	Text      string  `json:"text"`
	Canonical *string `json:"canonical"`
	Rounded   *string `json:"rounded"`
}

var edges = []string{
	"", "0", "-0", "+0", "00", "1", "-1", "+1", "1.", "1.0", ".5", "-.5", "0.5", "1.5Gi", "0.1Ki", "1e", "1E", "1e3", "12e-2",
	"1000", "1000m", "1024", "1024Ki", "9Ei", "8Ei", "7.9Ei", "100000000000000000000", "1.0000000001", "0.0000000001", "1e30",
	"1e-30", "999999999999999999n", "1 ", "--1", "1.2.3", "0x1", "1Ki5", "e3", "m", ".", "+.", "5k5",
}

var suffixes = []string{
	"", "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
	"e3", "E-3", "e0", "e12", "e-10", "x", "Kib", "mm",
}

func digits(r *rand.Rand, count int) string {
	text := ""
	for i := 0; i < count; i++ {
		if r.Intn(3) == 0 {
			text += "0"
		} else {
			text += fmt.Sprint(r.Intn(10))
		}
	}
	return text
}

func random(r *rand.Rand) string {
	text := ""
	if r.Intn(6) == 0 {
		text = "-"
	}
	count := 1 + r.Intn(12)
	if r.Intn(12) == 0 {
		count = 19 + r.Intn(6)
	}
	text += digits(r, count)
	if r.Intn(2) == 0 {
		text += "." + digits(r, r.Intn(12))
	}
	return text + suffixes[r.Intn(len(suffixes))]
}

func main() {
	r := rand.New(rand.NewSource(7))
	texts := edges
	for i := 0; i < 700; i++ {
		texts = append(texts, random(r))
	}
	rows, good := []row{}, []string{}
	for _, text := range texts {
		quantity, err := resource.ParseQuantity(text)
		if err != nil {
			rows = append(rows, row{text, nil, nil})
			continue
		}
		canonical := quantity.String()
		quantity.RoundUp(resource.Milli)
		rounded := quantity.String()
		rows = append(rows, row{text, &canonical, &rounded})
		good = append(good, text)
	}
	comparisons := [][]any{}
	for i := 0; i < 1500; i++ {
		a, b := good[r.Intn(len(good))], good[r.Intn(len(good))]
		x, y := resource.MustParse(a), resource.MustParse(b)
		comparisons = append(comparisons, []any{a, b, x.Cmp(y)})
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{"texts": rows, "comparisons": comparisons})
}
