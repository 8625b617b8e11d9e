// Checks a log of ours with the libraries of Go's checksum database: nothing here knows Concord.
//
//	check FOLDER
//
// FOLDER has the verifier key (key), an earlier checkpoint (earlier), the newest one (checkpoint), and the tiles under
// the paths of the protocol. Every entry is proven to be in the log, and the log to have grown from the earlier one.
package main

import (
	"encoding/base64"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) read(name string) []byte {
	bytes, err := os.ReadFile(filepath.Join(string(f), name))
	if err != nil {
		log.Fatal(err)
	}
	return bytes
}

func (f folder) checkpoint(name string, key note.Verifier) tlog.Tree {
	signed, err := note.Open(f.read(name), note.VerifierList(key))
	if err != nil {
		log.Fatal(name, ": ", err)
	}
	lines := strings.Split(signed.Text, "\n")
	var tree tlog.Tree
	if _, err := fmt.Sscan(lines[1], &tree.N); err != nil || lines[0] != key.Name() {
		log.Fatal(name, ": no checkpoint of this log")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || copy(tree.Hash[:], root) != tlog.HashSize {
		log.Fatal(name, ": no root")
	}
	return tree
}

// Tiles as C2SP's tlog-tiles names them: of one height, which is not in the path.
func path(tile tlog.Tile) string { return strings.Replace(tile.Path(), "tile/8/", "tile/", 1) }

func (f folder) Height() int                           { return 8 }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) (all [][]byte, err error) {
	for _, tile := range tiles {
		all = append(all, f.read(path(tile)))
	}
	return all, nil
}

func main() {
	f := folder(os.Args[1])
	key, err := note.NewVerifier(string(f.read("key")))
	if err != nil {
		log.Fatal(err)
	}
	tree, earlier := f.checkpoint("checkpoint", key), f.checkpoint("earlier", key)
	hashes := tlog.TileHashReader(tree, f)
	for first := int64(0); first < tree.N; first += 256 {
		width := tree.N - first
		if width > 256 {
			width = 256
		}
		name := path(tlog.Tile{H: 8, L: -1, N: first / 256, W: int(width)})
		rest := f.read(strings.Replace(name, "tile/data/", "tile/entries/", 1))
		for index := first; index < first+width; index++ {
			length := int(rest[0])<<8 | int(rest[1])
			entry := rest[2 : 2+length]
			rest = rest[2+length:]
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			if err == nil {
				err = tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
			}
			if err != nil {
				log.Fatal("entry ", index, ": ", err)
			}
		}
	}
	proof, err := tlog.ProveTree(tree.N, earlier.N, hashes)
	if err == nil {
		err = tlog.CheckTree(proof, tree.N, tree.Hash, earlier.N, earlier.Hash)
	}
	if err != nil {
		log.Fatal("growth: ", err)
	}
	fmt.Println("proven:", tree.N, "entries, grown from", earlier.N)
}
