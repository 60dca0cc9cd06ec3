# Fails unless this commit can be released as the version in version.go: release.sh VERSION
set -eu
version=$1
problem() {
	echo "$1" >&2
	exit 1
}

case $version in
*-dev) problem "version.go: $version is a build between releases: remove -dev" ;;
esac
heading=$(grep -m 1 '^## ' CHANGELOG.md)
printf '%s\n' "$heading" | grep -qE "^## \[$version\] - [0-9]{4}-[0-9]{2}-[0-9]{2}\$" ||
	problem "CHANGELOG.md: the newest section is \"$heading\": make it \"## [$version] - \" and the date"
tag=$(git rev-parse -q --verify "v$version^{commit}") || exit 0 # the workflow will make the tag
[ "$tag" = "$(git rev-parse HEAD)" ] || problem "the tag v$version is another commit: set the next version in version.go"
