# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# For scripts that run in the virtual host.

IGD=0000:00:02.0
IGD_SYSFS=/sys/bus/pci/devices/$IGD

die()
{
	echo "$(basename "$0"): $*" >&2
	exit 1
}

# igdsim REQUEST...: one request to the device's control channel; prints the
# answer's lines, the words after 'ok' as the last. False when it is an error.
igdsim()
{
	local line

	exec 7<>/dev/virtio-ports/igdsim
	echo "$*" >&7
	while read -r -t 10 line <&7; do
		case $line in
		ok*)
			exec 7<&-
			echo "${line#ok}" | sed 's/^ //'
			return 0
			;;
		error*)
			break
			;;
		*)
			echo "$line"
			;;
		esac
	done
	exec 7<&-
	echo "igdsim: '$*': ${line:-no answer within 10 s}" >&2
	return 1
}

# bind_igd DRIVER [MODULE OPTIONS]: takes the device from whoever has it
bind_igd()
{
	local driver=$1 now
	shift

	unbind_igd
	modprobe vfio_iommu_type1
	if [ "$driver" = vfio-pci-igd ]; then
		modprobe vfio-pci-core
		insmod "/build/module/$(uname -r)/vfio-pci-igd.ko" "$@"
	else
		modprobe "$driver" "$@"
	fi
	echo "$driver" >$IGD_SYSFS/driver_override
	echo $IGD >/sys/bus/pci/drivers_probe

	now=$(readlink $IGD_SYSFS/driver) || true
	[ "${now##*/}" = "$driver" ] ||
		die "$IGD did not bind to $driver: $(dmesg | tail -n 5)"
}

# Unbinds and unloads, so that the next bind_igd can give other options.
unbind_igd()
{
	local driver

	driver=$(readlink $IGD_SYSFS/driver) || return 0
	driver=${driver##*/}
	echo $IGD >$IGD_SYSFS/driver/unbind
	echo >$IGD_SYSFS/driver_override
	modprobe -r "$driver" 2>/dev/null || rmmod "$driver"
}

# igdsim's other face: what the profile of this machine holds
igdsim_program()
{
	/build/igdsim/igdsim "$@" "$IGD_PROFILE"
}

# A VGA BIOS of 512 bytes that returns at once: QEMU's legacy mode asks whether
# there is a ROM, not what is in it. stub_rom FILE
stub_rom()
{
	local file=$1 sum=0 byte ids

	ids=$(od -A n -t x1 -N 4 $IGD_SYSFS/config)
	{
		printf '\x55\xaa\x01\xcb'		# one block; retf
		printf '%020d' 0 | tr 0 '\0'
		printf '\x1c\x00\x00\x00'		# where PCIR is
		printf 'PCIR'
		printf '%b' "${ids// /\\x}"
		printf '\0\0\x18\0\0\0\0\x03'		# length, class 030000
		printf '\x01\0\0\0\0\x80\0\0'		# one block, x86, the last
		printf '%0460d' 0 | tr 0 '\0'
	} >"$file"
	for byte in $(od -A n -v -t u1 -N 60 "$file"); do
		sum=$((sum + byte))
	done
	printf '%b' "\\x$(printf %02x $((-sum & 255)))" |
		dd of="$file" bs=1 seek=511 conv=notrunc status=none
}

# Of igdsim's lines 'write config OFFSET ...' on stdin, from 0x40 on, those that
# are not in a capability: registers that belong to the host's firmware.
beyond_capabilities()
{
	local at length kind space offset rest config
	local -A allowed=()

	mapfile -t config < <(od -A n -v -t u1 -w1 -N 256 $IGD_SYSFS/config)
	at=$((config[0x34]))
	while [ "$at" -ne 0 ]; do
		case $((config[at])) in
		1)	length=8 ;;				# PM
		5)	length=24 ;;				# MSI
		9)	length=$((config[at + 2])) ;;		# vendor's
		16)	length=60 ;;				# PCIe
		19)	length=6 ;;				# AF
		*)	die "capability at $at: its length is not known here" ;;
		esac
		for ((offset = at; offset < at + length; offset++)); do
			allowed[$offset]=1
		done
		at=$((config[at + 1]))
	done
	while read -r kind space offset rest; do
		[ "${allowed[$((offset))]-}" ] ||
			echo "$kind $space $offset $rest"
	done
}
