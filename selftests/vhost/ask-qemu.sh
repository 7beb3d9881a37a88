# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# For scripts on either side of a QEMU, the virtual host's or a guest's.

# ask_qemu PIPE COMMAND...: what QEMU's monitor at PIPE.in and PIPE.out answers,
# twice and two seconds apart, so that what stands still differs from what goes on.
# The monitor echoes its input key by key; of that the command alone is kept.
ask_qemu()
{
	local pipe=$1
	shift

	# Read and write: for writing alone, it would wait for a QEMU that is gone
	{
		printf '%s\n' "$@"
		sleep 2
		printf '%s\n' "$@"
	} 1<>"$pipe.in" &
	{ timeout 6 cat "$pipe.out" || true; } | sed 's/\r//g
		s/^.*\x1b\[D\([a-z][^\x1b]*\)\x1b\[K$/== \1/'
}
