#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is written about igdctl is true: each command that a page names is there, an
# example of each stands in the man page, and the Chinese page has the README's
# commands.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
top=$(cd "$here/../.." && pwd)

# commands FILE: its indented lines of commands, without what is said behind them
commands()
{
	sed -n 's/^    //p' "$1" | grep -E '^(make|apt|modprobe|driverctl|igdctl) ' |
		sed 's/ *#.*//'
}

same_commands()
{
	commands "$top/README.md" >readme
	commands "$top/README.zh-CN.md" >chinese
	cat readme
	[ "$(wc -l <readme)" -ge 8 ]
	diff readme chinese
}
ok "README.zh-CN.md has the README's commands" same_commands

links_lead_somewhere()
{
	local file target bad=

	for file in "$top"/README*.md "$top"/Documentation/*.md; do
		for target in $(grep -oE '\]\([^)#:]+' "$file" | sed 's/](//'); do
			[ -e "$(dirname "$file")/$target" ] || bad+=" $file:$target"
		done
	done
	echo "$bad"
	[ -z "$bad" ]
}
ok "links of the pages lead somewhere" links_lead_somewhere

examples()
{
	local verb

	sed -n '/^\.SH EXAMPLES/,/^\.SH NOTES/p' "$top/packaging/igdctl.1" |
		sed 's/\\-/-/g' >examples
	for verb in check "vm qemu" "vm libvirt" "vm proxmox" "rom pack" "rom print" \
		"rom check" "rom extract" "rom build" record selftest; do
		echo "$verb"
		grep -q "igdctl $verb " examples
	done
}
ok "the man page has an example of each" examples

# Every long option that a --help names, the man page or that help explains, and bash
# completes
completes()
{
	local verb option

	# shellcheck source=/dev/null
	. "$top/packaging/igdctl.bash"
	for verb in check vm rom record selftest; do
		if [ $verb = rom ]; then
			"$IGDCTL" rom extract --help
			"$IGDCTL" rom --help
		else
			"$IGDCTL" $verb --help
		fi >help
		for option in $(grep -oE -- '--[a-z][a-z-]+' help | sort -u); do
			[ "$option" != --root ] || continue
			COMP_WORDS=(igdctl $verb "$option") COMP_CWORD=2 COMPREPLY=()
			_igdctl
			echo "$verb $option: ${COMPREPLY[*]}"
			[[ " ${COMPREPLY[*]} " == *" $option "* ]]
		done
	done
}
ok "bash completes what --help names" completes

ends_with()
{
	local status=0

	"${@:2}" >said 2>&1 || status=$?
	[ $status -eq "$1" ]
}
ok "no verb: usage, and 2" ends_with 2 "$IGDCTL"
ok "an unknown verb" ends_with 2 "$IGDCTL" dance
ok "--help" ends_with 0 "$IGDCTL" --help
ok "an unknown option" ends_with 2 "$IGDCTL" check --dance
ln -s "$IGDCTL" igdrom
ok "igdrom is igdctl rom" ends_with 0 ./igdrom check "$ROM"

selftest_refuses()
{
	"$IGDCTL" selftest >said 2>&1 && return 1
	cat said
	[ "$(wc -l <said)" = 1 ]
	grep -q "^igdctl selftest: " said
}
ok "selftest: nothing without the device" selftest_refuses
done_testing
