# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the scripts that run on the machine itself share.

SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CACHE=${VFIO_PCI_IGD_CACHE:-/var/cache/vfio-pci-igd}

# Not everybody's root has it there, and dpkg asks for what is in it.
PATH=$PATH:/usr/sbin

die()
{
	echo "$(basename "$0"): $*" >&2
	exit 1
}

# scene_dir SCENE: where the results of a scene of selftests/guest are
scene_dir()
{
	echo "$CACHE/out/scene-$1"
}

# What the fuzzers do in make check and make check-debug: the same each time
FUZZ_SEED=2026

# One line a step, with the seconds since $STARTED.
STARTED=${STARTED:-$(date +%s)}
export STARTED
step()
{
	printf '[%4d s] %s\n' $(($(date +%s) - STARTED)) "$*" >&2
}

# places: how many virtual hosts at once: one for each CPU, of some 4 GiB
places()
{
	local cpus room

	cpus=$(nproc)
	room=$(awk '/^MemAvailable:/ { print int($2 / 4194304) }' /proc/meminfo)
	[ "$room" -gt 0 ] || room=1
	echo $((cpus < room ? cpus : room))
}

need_root()
{
	[ "$(id -u)" = 0 ] ||
		die "needs root (mounts, chroot, apt), not user $(id -un): run it again as root"
}

# What the scripts call on the machine itself and a bare Debian may lack, each
# as COMMAND:PACKAGE. A path is a file that has to be there.
NEEDS="mount:mount umount:mount unshare:util-linux setpriv:util-linux
	flock:util-linux awk:mawk tar:tar cmp:diffutils find:findutils
	mmdebstrap:mmdebstrap
	/usr/share/keyrings/debian-archive-trixie-automatic.gpg:debian-archive-keyring"

# missing: those of NEEDS that are not here
missing()
{
	local need

	for need in $NEEDS; do
		case $need in
		/*)	[ -e "${need%:*}" ] || echo "$need" ;;
		*)	command -v "${need%:*}" >/dev/null || echo "$need" ;;
		esac
	done
}

# install_needs: apt installs what is missing, before anything takes time
install_needs()
{
	local needs packages log=$CACHE/apt.log

	needs=$(missing)
	[ -n "$needs" ] || return 0
	need_root
	# shellcheck disable=SC2086
	packages=$(printf '%s\n' $needs | sed 's/.*://' | sort -u | tr '\n' ' ')
	mkdir -p "$CACHE"
	step "apt: installing $packages"
	# A list that is out of date may do all the same.
	# shellcheck disable=SC2086
	{
		apt-get update || true
		DEBIAN_FRONTEND=noninteractive \
			apt-get install -y --no-install-recommends $packages
	} >"$log" 2>&1 || true
	needs=$(missing)
	# shellcheck disable=SC2086
	[ -z "$needs" ] || die "this machine lacks" \
		"$(printf '%s (package %s), ' $(echo "$needs" | tr ':' ' '))and" \
		"apt could not install them, see $log: install them and run this again"
}

# need_namespace: all that is mounted here has to be gone when a command ends
need_namespace()
{
	need_root
	unshare --mount true 2>/dev/null ||
		die "cannot have mounts of its own here ('unshare --mount true' fails)." \
			"In a chroot its folder has to be a mount point: before chroot," \
			"mount --bind FOLDER FOLDER. In a container it takes CAP_SYS_ADMIN"
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
