# Fails unless a module that imports the library gets the requirements that importers.txt lists, at most 14, and at most
# 60 lines of go.sum.
set -eu
root=$PWD
module=$(go list -m)
version=$(go list -m -f '{{.GoVersion}}')
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
printf 'package importer\n\nimport _ "%s"\n' "$module" >importer.go
printf 'module importer\n\ngo %s\n\nrequire %s v0.0.0\n' "$version" "$module" >go.mod
printf 'replace %s => "%s"\n' "$module" "$root" >>go.mod
go mod tidy
awk '$1 == "require" && $2 != "(" { print $2 } /^\t/ { print $1 }' go.mod | LC_ALL=C sort >got
diff -u "$root/internal/check/importers.txt" got
[ "$(wc -l <got)" -le 14 ] || { echo "more than 14 requirements" >&2; exit 1; }
[ "$(wc -l <go.sum)" -le 60 ] || { echo "more than 60 lines of go.sum" >&2; exit 1; }
