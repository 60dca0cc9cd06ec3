# Prints the tag of the last release, or nothing if no release has a tag yet.
git rev-parse --git-dir >/dev/null || exit 1
git describe --tags --abbrev=0 --match 'v[0-9]*' 2>/dev/null ||
	echo "no release has a tag yet: there is nothing to compare with" >&2
