# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What igdctl's tests share: IGDCTL and IGDSIM name the programs
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
profiles=$here/../igdsim/profiles
# shellcheck source=selftests/lib/ok.sh
. "$here/../lib/ok.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit

# A sanitizer's finding ends igdctl with a status that is not among its own
export ASAN_OPTIONS=exitcode=99:detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:exitcode=99

# none COMMAND...: does it fail? '!' in front would not end a function
none()
{
	if "$@"; then
		return 1
	fi
}

# refused SENTENCE COMMAND...: does it end with 2, and say just that?
refused()
{
	local sentence=$1 status=0

	shift
	"$@" >printed 2>said || status=$?
	cat said printed
	[ $status -eq 2 ] && [ "$(cat said)" = "$sentence" ] && [ ! -s printed ]
}

machine()
{
	"$here/machine" "$IGDSIM" "$profiles/$1.profile" "$2"
}

# What stands in for programs that igdctl asks, in front of all others
stub()
{
	mkdir -p stubs
	cat >"stubs/$1"
	chmod +x "stubs/$1"
}
PATH=$work/stubs:$PATH

done_testing()
{
	echo "1..$count"
	echo "# Totals: pass:$((count - failed)) fail:$failed xfail:0 xpass:0 skip:0 error:0"
	[ $failed -eq 0 ]
}
