# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What the scripts that run on the machine itself share.

SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
CACHE=${VFIO_PCI_IGD_CACHE:-/var/cache/vfio-pci-igd}

# Not everybody's root has it there, and dpkg asks for what is in it.
PATH=$PATH:/usr/sbin

die()
{
	echo "$(basename "$0"): $*" >&2
	exit 1
}

# One line a step, with the seconds since $STARTED.
STARTED=${STARTED:-$(date +%s)}
export STARTED
step()
{
	printf '[%4d s] %s\n' $(($(date +%s) - STARTED)) "$*" >&2
}

need_root()
{
	[ "$(id -u)" = 0 ] ||
		die "needs root (mounts, chroot, apt), not user $(id -un): run it again as root"
}

# newest_kernel SERIES: the version in the tree, by its directory's name; or of
# the one kernel that is in the folder SERIES as others are in the tree's root
newest_kernel()
{
	local version

	if [ -d "$1" ]; then
		ls "$1/lib/modules"
		return
	fi
	version=$(cd /lib/modules && printf '%s\n' "$1"[.-]*/build |
		sort -V | tail -n 1)
	[ -e "/lib/modules/$version" ] || die "the tree has no kernel $1," \
		"but has:" "$(ls /lib/modules)"
	echo "${version%/build}"
}
