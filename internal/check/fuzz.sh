# Runs each fuzz test of the module in this folder for TIME.
set -eu
packages=$(go list ./...)
for package in $packages; do
	listed=$(go test -list '^Fuzz' "$package") || { printf '%s\n' "$listed" >&2; exit 1; }
	for name in $(printf '%s\n' "$listed" | grep '^Fuzz'); do
		# To minimize an input could take all of the time.
		go test -run '^$' -fuzz "^$name\$" -fuzztime "$1" -fuzzminimizetime 1s "$package"
	done
done
