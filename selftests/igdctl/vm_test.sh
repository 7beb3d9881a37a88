#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# igdctl vm: what it prints is valid where there is something to ask, and igdctl
# check finds nothing wrong with it
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

stub qemu-system-x86_64 <<'END'
#!/bin/sh
echo "QEMU emulator version ${QEMU_VERSION-11.1.3} (Debian)"
END
ln -s qemu-system-x86_64 stubs/kvm
stub lsinitramfs <<'END'
#!/bin/sh
cat "$1"
END
machine uhd770 uhd770
machine uhd630 uhd630
machine mtl mtl

# good_vm TREE VERSION LANGUAGE [OPTIONS]: check finds nothing wrong in vm-... lines
good_vm()
{
	local tree=$1 language=$3

	export QEMU_VERSION=$2
	shift 3
	"$IGDCTL" vm "$language" --root "$tree" "$@" >vm
	cat vm
	"$IGDCTL" check --root "$tree" vm >said || [ $? -eq 1 ]
	grep ' vm-' said
	none grep -E '^(failure|warning|unseen) *vm-' said
}
for version in 7.2.22 10.0.13 11.1.3; do
	for language in qemu proxmox; do
		ok "uhd770, $language, $version" good_vm uhd770 $version $language
		ok "uhd630, $language, $version" good_vm uhd630 11.1.3 $language
	done
done
ok "mtl, qemu" good_vm mtl 11.1.3 qemu
echo 'address sizes	: 46 bits physical' >uhd630/proc/cpuinfo
ok "fewer address bits, qemu" good_vm uhd630 11.1.3 qemu
ok "fewer address bits, proxmox" good_vm uhd630 11.1.3 proxmox
ok "fewer address bits, proxmox, q35" good_vm uhd630 11.1.3 proxmox --machine q35 \
	--firmware ovmf
ok "q35 with memory at the host's base" good_vm uhd770 11.1.3 qemu --memory 2400

is_shell()
{
	"$IGDCTL" vm qemu --root uhd770 --name "it's" --disk "/a b/it's.qcow2" >vm
	cat vm
	sh -n vm
	grep -qF "file='/a b/it'\\''s.qcow2',if=virtio,format=qcow2" vm
}
ok "names with quotes" is_shell

# valid TREE VERSION [OPTIONS]: libvirt's own schema
valid()
{
	export QEMU_VERSION=$2
	"$IGDCTL" vm libvirt --root "$1" "${@:3}" >vm.xml
	cat vm.xml
	virt-xml-validate vm.xml domain
}
for version in 7.2.22 10.0.13 11.1.3; do
	for tree in uhd770 uhd630 mtl; do
		ok "libvirt: $tree, $version" valid $tree $version \
			--disk '/a&b<c.raw' --name "it's"
	done
done

# qm.conf(5) of a current Proxmox VE, as far as we write it: a line for each option, what may
# stand behind it, and none twice
slot='([0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]'
qm_conf="#.*
args: [^ ].*
balloon: [0-9]+
bios: (ovmf|seabios)
cores: [1-9][0-9]*
cpu: host
hostpci([0-9]|1[0-5]): $slot(,driver=keep)?(,legacy-igd=1)?
machine: (pc|q35)
memory: [1-9][0-9]*
name: [A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?
vga: none
virtio([0-9]|1[0-5]): (/|[a-z][A-Za-z0-9_.-]*:)[^ ,]+"

# proxmox_file TREE VERSION [OPTIONS]: what Proxmox may write itself, and refuses nothing of
proxmox_file()
{
	export QEMU_VERSION=$2
	"$IGDCTL" vm proxmox --root "$1" --disk local-lvm:vm-100-disk-0 "${@:3}" >100.conf
	cat 100.conf
	none grep -vxE "$qm_conf" 100.conf
	sed -n 's/: .*//p' 100.conf | grep -v '^#' | sort >keys
	sort -u keys | diff keys -
	# What its generator asks of legacy-igd: i440fx, vga: none
	! grep -q legacy-igd 100.conf || {
		grep -qx 'machine: pc' 100.conf
		grep -qx 'vga: none' 100.conf
	}
}
for version in 7.2.22 10.0.13 11.1.3; do
	for tree in uhd770 uhd630 mtl; do
		for kind in pc q35; do
			ok "proxmox: $tree, $kind, $version" proxmox_file $tree $version \
				--machine $kind
		done
	done
done
ok "proxmox: SeaBIOS" proxmox_file uhd770 7.2.22 --firmware seabios --machine pc

# says LINE LANGUAGE VERSION TREE [OPTIONS]
says()
{
	export QEMU_VERSION=$3
	"$IGDCTL" vm "$2" --root "$4" "${@:5}" >vm
	cat vm
	grep -qF -- "$1" vm
}
# does_not_say LINE ...: as says
does_not_say()
{
	says "# " "${@:2}"
	none grep -F -- "$1" vm
}
ok "gen 12: i440fx, for the host's own base" \
	says '-machine pc ' qemu 11.1.3 uhd770
ok "gen 12: q35 where there is memory at it" \
	says '-machine q35 ' qemu 11.1.3 uhd770 --memory 2400
ok "gen 12: says what q35 with 8 GiB cannot" \
	says "that takes i440fx with 2136 MiB or more, or q35 with 2136 to 2815 MiB" \
	qemu 11.1.3 uhd770 --machine q35 --memory 8192
ok "QEMU 10.0: x-igd-opregion=on" says x-igd-opregion=on qemu 10.0.13 uhd770
ok "QEMU 10.1: offers one unasked" does_not_say x-igd-opregion qemu 10.1.0 uhd770
ok "QEMU 10.0: tells SeaBIOS a size by itself" does_not_say x-igd-gms qemu 10.0.0 \
	uhd630 --firmware seabios
ok "QEMU 9.2: does not" says x-igd-gms=2 qemu 9.2.4 uhd630 --firmware seabios
# Where memory ends below the host's stolen memory and OVMF, and where q35 has less
# below 4 GiB than it has in all
can="Stolen memory can lie at the host's own base, 0x7e800000."
cannot="Stolen memory cannot lie at the host's own base"
ok "the least memory for the host's base" says "$can" qemu 11.1.3 uhd770 --memory 2136
ok "and a MiB less" says "$cannot" qemu 11.1.3 uhd770 --memory 2135
ok "the most of it on q35" says "$can" qemu 11.1.3 uhd770 --machine q35 --memory 2815
ok "and a MiB more" says "$cannot" qemu 11.1.3 uhd770 --machine q35 --memory 2816
ok "q35, where neither has memory at it" says '-machine q35 ' qemu 11.1.3 uhd770 \
	--memory 1024
ok "SeaBIOS never places it there" does_not_say "the host's own base" qemu 11.1.3 \
	uhd770 --firmware seabios
ok "libvirt: no balloon, which pinned memory cannot have" \
	says "<memballoon model='none'/>" libvirt 11.1.3 uhd770
ok "Proxmox: neither" says "balloon: 0" proxmox 11.1.3 uhd770
ok "QEMU 10.0: for libvirt" says "name='x-igd-opregion' type='bool' value='true'" \
	libvirt 10.0.13 uhd770
ok "QEMU 7.2: x-igd-gms" says x-igd-gms=2 qemu 7.2.22 uhd630 --firmware seabios
ok "QEMU 10.0: none for Meteor Lake" says "take 10.1 or later" qemu 10.0.13 mtl
ok "no QEMU" says "cannot be asked" qemu "" uhd770
ok "address bits for libvirt" says "limit='39'" libvirt 11.1.3 uhd630
ok "address bits for Proxmox: phys-bits has no effect on host" says \
	"args: -cpu host,host-phys-bits-limit=39" proxmox 11.1.3 uhd630
ok "Proxmox on i440fx: the bridge at 1f.0 makes room" says \
	"hostpci0: 0000:00:02.0,driver=keep,legacy-igd=1" proxmox 11.1.3 uhd770
ok "Proxmox on q35: at 02.0 of the root bus" says \
	"args: -device vfio-pci,host=0000:00:02.0,bus=pcie.0,addr=02.0" \
	proxmox 11.1.3 uhd770 --machine q35
ok "QEMU 10.0: for Proxmox on i440fx" says \
	"args: -set device.hostpci0.x-igd-opregion=on" proxmox 10.0.13 uhd770
ok "QEMU 7.2: for Proxmox on i440fx" says \
	"args: -set device.hostpci0.x-igd-gms=1" proxmox 7.2.22 uhd770 --firmware seabios
ok "the ROM is missing" says "The ROM for guests is missing" qemu 11.1.3 uhd770
alone=uhd770/sys/kernel/iommu_groups
ln -sfn ../../../../kernel/iommu_groups/9 \
	uhd770/sys/bus/pci/devices/0000:00:1f.3/iommu_group
mkdir -p $alone/9/devices
mv $alone/7/devices/0000:00:1f.3 $alone/9/devices/
ok "audio that is alone goes with it" says \
	"-device vfio-pci,host=0000:00:1f.3" qemu 11.1.3 uhd770

ok "no such language" test "$("$IGDCTL" vm xen 2>/dev/null; echo $?)" = 2
ok "no such machine" refused "igdctl vm: --machine is q35 or pc, not 'isa'" \
	"$IGDCTL" vm qemu --root uhd770 --machine isa
ok "no such memory" refused \
	"igdctl vm: --memory wants a number from 1 to 16777216, not '4G'" \
	"$IGDCTL" vm qemu --root uhd770 --memory 4G
ok "Proxmox: the audio function comes second" says "hostpci1: 0000:00:1f.3" \
	proxmox 11.1.3 uhd770
ok "Proxmox: a name that is none there" refused \
	"igdctl vm: --name for Proxmox is one as in DNS (letters, digits, '-', '.'), not 'my VM'" \
	"$IGDCTL" vm proxmox --root uhd770 --name "my VM"
ok "Proxmox: a disk that is in no storage" refused \
	"igdctl vm: --disk for Proxmox is STORAGE:VOLUME, or a path from / on, without blank or comma, not 'guest.qcow2'" \
	"$IGDCTL" vm proxmox --root uhd770 --disk guest.qcow2
rm -r uhd770/sys/bus/pci/devices/0000:00:02.0
ok "no device" refused \
	"igdctl vm: this host has no Intel graphics that can be given to a VM: see igdctl check" \
	"$IGDCTL" vm qemu --root uhd770

done_testing
