package main

import ("fmt";"huying/internal/text/source";"maps";"slices")

func main() {
	s, err := source.Scan(".")
	fmt.Println(err, s.Wrong)
	for _, c := range slices.Sorted(maps.Keys(s.Faults)) { u := s.Faults[c]; fmt.Println("F", c, u.Kinds, u.Counts, u.Caused, u.Where) }
	for _, c := range slices.Sorted(maps.Keys(s.Notices)) { u := s.Notices[c]; fmt.Println("N", c, u.Counts, u.Where[0]) }
	for _, c := range slices.Sorted(maps.Keys(s.Words)) { fmt.Println("W", c, slices.Sorted(maps.Keys(s.Words[c]))) }
	fmt.Println(s.Asked)
}
