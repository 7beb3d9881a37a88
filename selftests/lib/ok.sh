# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# For tests in shell, as TAP: who sources this counts by ok(), and leaves a command's
# output in the file 'log' of the folder that it is in.

count=0
failed=0

# ok NAME COMMAND...: a test, which passes if the command succeeds
ok()
{
	local name=$1 status

	shift
	count=$((count + 1))
	# Not within 'if', where set -e has no effect on what a function does
	set +e
	(set -e; "$@") >log 2>&1
	status=$?
	set -e
	if [ $status -eq 0 ]; then
		echo "ok $count $name"
	else
		echo "not ok $count $name"
		sed 's/^/#   /' log
		failed=$((failed + 1))
	fi
}

# numbered: lines of TAP that have no numbers, from another script, get them here
numbered()
{
	local line

	while IFS= read -r line; do
		case $line in
		"ok - "* | "not ok - "*)
			count=$((count + 1))
			echo "${line%% - *} $count ${line#* - }"
			;;
		*)
			echo "$line"
			;;
		esac
		case $line in
		"not ok"*)	failed=$((failed + 1)) ;;
		esac
	done
}
