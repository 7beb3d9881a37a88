#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016
#
# igdctl check: a healthy machine, then one fault at a time, and exactly the lines
# that it has to change. IGDCTL, IGDSIM and ROM name what was built.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

igd=sys/bus/pci/devices/0000:00:02.0
kernel=6.12.1-test
roms=lib/firmware/vfio-pci-igd

# The tests' initramfs is a list already
stub lsinitramfs <<'END'
#!/bin/sh
cat "$1"
END
stub qemu-system-x86_64 <<'END'
#!/bin/sh
echo "QEMU emulator version ${QEMU_VERSION-11.1.3} (Debian)"
END
ln -s qemu-system-x86_64 stubs/kvm

healthy_machine()
{
	machine "$1" "$2"
	install -D -m 644 "$ROM" "$2/$roms/igd.rom"
}

# check_of DIR [VM]: all but the last lines: how many, and what comes next
check_of()
{
	"$IGDCTL" check --root "$@" >said 2>errors || [ $? -eq 1 ]
	cat errors
	sed '/^[0-9]* ok, /,$d' said
}

# fault NAME LINES COMMANDS [VM]: what the commands, run in a healthy machine, change
# in the lines of check: those are new, and no other
fault()
{
	rm -rf broken
	cp -a "$base" broken
	(cd broken && eval "$3")
	ok "$1" changed "$2" broken ${4+"$4"}
}

changed()
{
	local lines=$1 before=before.$base${3+.vm}

	shift
	[ -e "$before" ] || check_of "$base" ${2+vm.good} >"$before"
	check_of "$@" >after
	{ diff "$before" after || true; } | sed -n 's/^> //p' >new
	cat after errors
	printf '%s' "${lines:+$lines
}" | cmp - new && [ ! -s errors ]
}

# pokes FILE OFFSET BYTES: as in '55 aa'
poke()
{
	local bytes=" $3"

	printf '%b' "${bytes// /\\x}" |
		dd of="$1" bs=1 seek=$(($2)) conv=notrunc status=none
}

# exits STATUS COMMAND...
exits()
{
	local status=0

	"${@:2}" >said 2>&1 || status=$?
	cat said
	[ $status -eq "$1" ]
}

# line STATE CHECK WORDS: as igdctl check prints it
line()
{
	printf '%-8s %-12s %s' "$@"
}

healthy_machine uhd770 uhd770
base=uhd770

all_well()
{
	"$IGDCTL" check --root uhd770 >said
	cat said
	grep -qx '25 ok, 0 warnings, 0 failures, 0 unseen' said
}
ok "a healthy machine has no fault" all_well
ok "and ends with 0" exits 0 "$IGDCTL" check --root uhd770

# 1: the device

remove_igd='rm -r '$igd
no_igd()
{
	rm -rf broken
	cp -a uhd770 broken
	(cd broken && eval "$2")
	"$IGDCTL" check --root broken >said || true
	cat said
	grep -qxF "$1" said
}
ok "no device at 00:02.0" no_igd \
	"$(line failure igd "there is no device at 00:02.0; turn the internal graphics on in the firmware's setup ('Internal Graphics', 'IGD Multi-Monitor': enabled)")" \
	"$remove_igd"
ok "another vendor's" no_igd \
	"$(line failure igd "00:02.0 is 1002:4680, no Intel display; this driver is for Intel's integrated graphics alone")" \
	"echo 0x1002 >$igd/vendor"
card=sys/bus/pci/devices/0000:03:00.0
add_card="cp -a sys/bus/pci/devices/0000:00:00.0 $card; rm $card/iommu_group; echo 0x56a0 >$card/device; echo 0x030000 >$card/class"
ok "a card of Intel's instead" no_igd \
	"$(line failure igd "no Intel display at 00:02.0; 8086:56a0 at 0000:03:00.0 is a card of its own, which has no stolen memory of the host's and needs none of this; give it to a guest with stock vfio-pci")" \
	"$remove_igd; $add_card"
fault "a card of Intel's beside it" \
	"$(line ok others "another display at 0000:03:00.0 (8086:56a0, Intel's card), which the host can have")" \
	"$add_card"
fault "a laptop's second GPU" \
	"$(line warning others "0000:03:00.0, 10de:1f99, is a laptop's second GPU without outputs (3D controller); to give that one to the guest is another matter: the monitors stay with 00:02.0")" \
	"$add_card; echo 0x10de >$card/vendor; echo 0x1f99 >$card/device; echo 0x030200 >$card/class"
fault "class 0380" \
	"$(line warning class "class 0380, as another display is the firmware's primary one: no SeaBIOS and no GOP will use it; make the internal graphics primary in the firmware's setup ('Primary Display': IGFX), or do without a boot screen")" \
	"echo 0x038000 >$igd/class"
fault "a virtual function" \
	"$(line failure function "00:02.0 is a virtual function; virtual functions are for stock vfio-pci or xe-vfio-pci")" \
	"ln -s ../0000:00:00.0 $igd/physfn"
fault "virtual functions are made" \
	"$(line failure function "3 virtual functions are made (SR-IOV): the whole device cannot be given away beside them; echo 0 > /$igd/sriov_numvfs, or give away the virtual functions with stock vfio-pci; they have no monitor")" \
	"echo 3 >$igd/sriov_numvfs"
fault "GVT-g" \
	"$(line warning mdev "GVT-g is on (i915-GVTg_V5_4): that shares the device, this gives it away whole; take i915.enable_gvt=1 off the kernel's command line")" \
	"mkdir -p $igd/mdev_supported_types/i915-GVTg_V5_4"
ok "a device that nobody knows" no_igd \
	"$(line failure platform "abcd is not a device that this version knows; a newer vfio-pci-igd may; adding a row is in Documentation/changing-the-driver.md")" \
	"echo 0xabcd >$igd/device"
ok "GGC without stolen memory" no_igd \
	"$(line failure ggc "GGC is 0xc1: the firmware has given the device no stolen memory; set 'DVMT Pre-Allocated' to 32M or 64M in the firmware's setup")" \
	"poke $igd/config 0x50 'c1 00'"
ok "GGC without a GTT" no_igd \
	"$(line failure ggc "GGC is 0x101: the device has no memory for its GTT; a newer firmware")" \
	"poke $igd/config 0x50 '01 01'"
ok "a device that does not answer" no_igd \
	"$(line failure ggc "GGC reads 0xffff: the device does not answer; reboot; if it stays so, a newer firmware")" \
	"poke $igd/config 0x50 'ff ff'"

# 2: VT-d

grub="add it to GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub, update-grub, reboot"
no_group="rm $igd/iommu_group"
fault "no KVM" \
	"$(line failure kvm "there is no /dev/kvm: QEMU cannot use the CPU for a guest; turn VT-x on in the firmware's setup ('Intel Virtualization Technology'), then modprobe kvm_intel")" \
	"rm dev/kvm"
fault "no DMAR table" \
	"$(line failure dmar "the firmware has no DMAR table; turn VT-d on in the firmware's setup ('Intel VT for Directed I/O')")" \
	"rm sys/firmware/acpi/tables/DMAR"
fault "no IOMMU" \
	"$(line failure iommu "the kernel uses no IOMMU: intel_iommu=on is missing; $grub")" \
	"rm sys/class/iommu/dmar0; $no_group"
fault "intel_iommu=off" \
	"$(line failure iommu "intel_iommu=off is on the kernel's command line; take it off, update-grub, reboot")" \
	"rm sys/class/iommu/dmar0; $no_group; echo intel_iommu=off >proc/cmdline"
fault "igfx_off" \
	"$(line failure remapping "intel_iommu=igfx_off is on the kernel's command line: remapping is off for graphics; take it off, update-grub, reboot")" \
	"$no_group; echo intel_iommu=on,igfx_off >proc/cmdline"
fault "no IOMMU group" \
	"$(line failure remapping "00:02.0 has no IOMMU group; look for 'DMAR' in dmesg; a newer firmware")" \
	"$no_group"
fault "fewer address bits" \
	"$(line warning width "the IOMMU of 00:02.0 has 39 address bits, the CPU 46: a guest may put BARs where the IOMMU cannot reach (vfio_container_dma_map ... -22); give the VM -cpu host,host-phys-bits-limit=39")" \
	"echo 'address sizes	: 46 bits physical, 48 bits virtual' >proc/cpuinfo"
fault "address bits unknown" \
	"$(line unseen width "how many address bits the IOMMU of 00:02.0 has")" \
	"rm proc/cpuinfo"
fault "interrupts cannot be remapped" \
	"$(line warning intremap "the IOMMU of 00:02.0 cannot remap interrupts; modprobe vfio_iommu_type1 allow_unsafe_interrupts=1, if you trust the guest")" \
	"echo f050d2 >sys/devices/virtual/iommu/dmar0/intel-iommu/ecap"
fault "interrupts are not remapped" \
	"$(line failure intremap "nointremap is on the kernel's command line: VFIO refuses devices without interrupt remapping; take it off, update-grub, reboot")" \
	"echo intel_iommu=on nointremap >proc/cmdline"
fault "intremap=off" \
	"$(line failure intremap "intremap=off is on the kernel's command line: VFIO refuses devices without interrupt remapping; take it off, update-grub, reboot")" \
	"echo intremap=off >proc/cmdline"
fault "an RMRR that holds the device" \
	"$(line failure rmrr "the firmware keeps 0x7d800000 to 0x7fffffff for devices of the group (RMRR), which the kernel does not give away; a newer firmware")" \
	"sed -i s/direct-relaxable/direct/ sys/kernel/iommu_groups/1/reserved_regions"
fault "the group has another device" \
	"$(line failure group "0000:00:1f.3 in the same IOMMU group has the driver snd_hda_intel: the group is not viable; driverctl set-override 0000:00:1f.3 vfio-pci")" \
	"ln -s /dev/null sys/kernel/iommu_groups/1/devices/0000:00:1f.3"
fault "the group has one without a driver" \
	"$(line ok group "2 devices in the IOMMU group, none with a host driver")" \
	"ln -s /dev/null sys/kernel/iommu_groups/1/devices/0000:00:1f.0"

# 3: drivers

to="ln -sfn ../../../../bus/pci/drivers/"
override="driverctl set-override 0000:00:02.0 vfio-pci-igd"
fault "stock vfio-pci" \
	"$(line failure driver "stock vfio-pci has 00:02.0: a guest reads the host's addresses; $override")" \
	"${to}vfio-pci $igd/driver"
fault "no driver" \
	"$(line warning driver "no driver has 00:02.0; $override, or let libvirt do it (managed='yes')")" \
	"rm $igd/driver"
i915="${to}i915 $igd/driver"
hda="$(line warning audio "snd_hda_intel at 00:1f.3 uses the display's power while i915 has it; if unbinding hangs: echo 'blacklist snd_hda_intel' >/etc/modprobe.d/no-hda.conf")"
i915_line="$(line warning driver "i915 has 00:02.0; $override, or let libvirt do it (managed='yes')")"
fault "i915" \
	"$i915_line
$(line ok clients "nobody that this user can see uses the device")
$hda" "$i915"
fault "somebody draws" \
	"$i915_line
$(line warning clients "Xorg (pid 812) has /dev/dri/card0 open: i915 cannot let go; end it before a guest starts (systemctl isolate multi-user)")
$hda" "$i915; mkdir -p $igd/drm/card0 proc/812/fd; ln -s /dev/dri/card0 proc/812/fd/9; echo Xorg >proc/812/comm"
fault "driverctl has another driver" \
	"$(line warning boot "driverctl gives 00:02.0 to vfio-pci at boot; $override")" \
	"echo vfio-pci >etc/driverctl.d/pci-0000:00:02.0"
fault "driverctl without the rule" \
	"$(line warning boot "driverctl gives 00:02.0 to vfio-pci-igd at boot, but without the udev rule another driver has it before; install packaging/60-vfio-pci-igd.rules to /etc/udev/rules.d")" \
	"rm usr/lib/udev/rules.d/60-vfio-pci-igd.rules"
undriven="rm etc/driverctl.d/*"
fault "nobody set anything up for boot" \
	"$(line warning boot "i915 gets 00:02.0 at boot; $override, unless libvirt is to do it for each guest (managed='yes')")" \
	"$undriven"
fault "ids= of stock vfio-pci" \
	"$(line warning boot "modprobe.d gives 8086:4680 to stock vfio-pci (ids=); take the ID off there, update-initramfs -u")" \
	"$undriven; mkdir -p etc/modprobe.d; echo options vfio-pci ids=8086:4680 >etc/modprobe.d/v.conf"
fault "ids= without softdep" \
	"$(line warning boot "modprobe.d gives 8086:4680 to vfio-pci-igd (ids=), but i915 does not wait for it; add 'softdep i915 pre: vfio_pci_igd' in /etc/modprobe.d")" \
	"$undriven; mkdir -p etc/modprobe.d; echo options vfio_pci_igd ids=8086:4680 >etc/modprobe.d/v.conf"
fault "ids= with softdep" \
	"$(line ok boot "modprobe.d gives 8086:4680 to vfio-pci-igd (ids=), and i915 waits")" \
	"$undriven; mkdir -p etc/modprobe.d; printf '%s\n' 'options vfio_pci_igd ids=8086:4680' 'softdep i915 pre: vfio_pci_igd' >etc/modprobe.d/v.conf"
fault "i915 in the initramfs" \
	"$(line warning initramfs "i915 is in /boot/initrd.img-$kernel, vfio-pci-igd is not: there it binds first; ids= and softdep in /etc/modprobe.d (Documentation/binding.md), then update-initramfs -u")" \
	"echo usr/lib/modules/$kernel/kernel/drivers/gpu/drm/i915/i915.ko.xz >>boot/initrd.img-$kernel"
fault "both in the initramfs" \
	"$(line ok initramfs "xe and vfio-pci-igd are in /boot/initrd.img-$kernel")" \
	"printf '%s\n' lib/xe.ko lib/vfio-pci-igd.ko >>boot/initrd.img-$kernel"
fault "the boot framebuffer holds on" \
	"$(line failure framebuffer "the boot framebuffer (BOOTFB) still has the device's memory; add initcall_blacklist=sysfb_init to the kernel's command line")" \
	"echo '4000000000-40007fffff : BOOTFB' >>proc/iomem"
fault "disable_vga" \
	"$(line warning disable-vga "vfio_pci_igd has disable_vga=1: SeaBIOS cannot use the device's VGA; take disable_vga off in /etc/modprobe.d, and load the module again")" \
	"mkdir -p sys/module/vfio_pci_igd/parameters; echo Y >sys/module/vfio_pci_igd/parameters/disable_vga"

# 4: the module and its ROM

depmod="depmod -b . $kernel 2>&1"
dropped="rm lib/modules/$kernel/updates/dkms/vfio-pci-igd.ko; $depmod"
fault "no module, DKMS has failed" \
	"$(line failure module "the running kernel, $kernel, has no module vfio-pci-igd; dkms autoinstall -k $kernel, and read what it says")" \
	"mkdir -p var/lib/dkms/vfio-pci-igd; $dropped; sed -i /signature/d proc/cmdline" 2>/dev/null
fault "no module and no headers" \
	"$(line failure module "the running kernel, $kernel, has no module vfio-pci-igd; apt install linux-headers-$kernel && dkms autoinstall -k $kernel")" \
	"$dropped; rm -r lib/modules/$kernel/build"
fault "nothing installed" \
	"$(line failure module "the running kernel, $kernel, has no module vfio-pci-igd; install vfio-pci-igd-dkms, or make dkms-install")" \
	"$dropped"
fault "the next kernel has none" \
	"$(line warning next-kernel "the newest kernel, 6.12.10-test, has no module vfio-pci-igd; apt install linux-headers-6.12.10-test && dkms autoinstall -k 6.12.10-test")" \
	"touch boot/vmlinuz-6.12.10-test"
secure=sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
unsigned="and the module is not signed; mokutil --import /var/lib/dkms/mok.pub, reboot, enroll (Documentation/secure-boot.md); then dkms install --force"
boot_securely="mkdir -p ${secure%/*}; printf '\6\0\0\0\1' >$secure"
fault "Secure Boot, not signed" \
	"$(line failure signature "Secure Boot is on, $unsigned")" "$boot_securely"
fault "lockdown, not signed" \
	"$(line failure signature "the kernel is locked down, $unsigned")" \
	"mkdir -p sys/kernel/security; echo 'none [integrity] confidentiality' >sys/kernel/security/lockdown"
# An X.509 name, a key and a signature, then how long each is (the kernel's
# include/linux/module_signature.h)
sign='printf "DKMS key12345678SIGN\1\4\1\10\10\0\0\0\0\0\0\4~Module signature appended~\n"'
fault "Secure Boot, signed" \
	"$(line ok signature "Secure Boot is on, and the module is signed by 'DKMS key'")" \
	"$boot_securely; $sign >>lib/modules/$kernel/updates/dkms/vfio-pci-igd.ko"
fault "no ROM" \
	"$(line failure rom "there is no ROM for guests, neither /$roms/8086-4680.rom nor /$roms/igd.rom; install the package, or make -C firmware install")" \
	"rm $roms/igd.rom"
fault "a broken ROM" \
	"$(line failure rom "/$roms/igd.rom: image 1 at 0x0: does not begin with the ROM signature 55 aa; make it anew: igdctl rom pack -o /$roms/igd.rom ...")" \
	"poke $roms/igd.rom 0 'aa 55'"

# 5: what firmware has left

newer="a newer firmware; in its setup, internal graphics on and primary"
fault "no OpRegion" \
	"$(line failure opregion "ASLS is 0: the firmware has set up no OpRegion; $newer")" \
	"poke $igd/config 0xfc '00 00 00 00'"
fault "no OpRegion where ASLS says" \
	"$(line failure opregion "what ASLS leads to, 0x76634018, is no OpRegion (no IntelGraphicsMem there); $newer")" \
	"poke dev/mem 0x76634018 '58'"
fault "an OpRegion of another size" \
	"$(line failure opregion "the OpRegion has 9 KiB by its header, all known ones have 8; $newer")" \
	"poke dev/mem 0x76634028 '09'"
fault "a VBT that is none" \
	"$(line failure opregion "the VBT (relative) does not begin with \$VBT; $newer")" \
	"poke dev/mem $((0x76634018 + 0x2000)) '00'"
fault "a VBT with a wrong sum" \
	"$(line failure opregion "the VBT (relative) has a wrong checksum; $newer")" \
	"poke dev/mem $((0x76634018 + 0x2100)) '5a'"
fault "a VBT that is too long" \
	"$(line failure opregion "the VBT behind the OpRegion has 139776 bytes, it can have 65535; $newer")" \
	"poke dev/mem $((0x76634018 + 0x3c4)) '02'"
fault "no look into memory" \
	"$(line unseen opregion "host memory at 0x76634018 cannot be read (No such file or directory); run as root")" \
	"rm dev/mem"
fault "no look into memory, but the driver had one" \
	"$(line ok opregion "OpRegion 2.1 at 0x76634018, by the driver")" \
	"rm dev/mem; mkdir $igd/igd; echo 2.1 >$igd/igd/opregion_version"
fault "stolen memory is the kernel's" \
	"$(line failure stolen "stolen memory, 32 MiB at 0x7e800000, overlaps System RAM in /proc/iomem: the driver will not bind; a newer firmware")" \
	"echo '80000000-80ffffff : System RAM' >>proc/iomem"
fault "iomem without addresses" \
	"$(line unseen stolen "whether stolen memory overlaps the kernel's (/proc/iomem); run igdctl check as root")" \
	"echo '00000000-00000000 : System RAM' >proc/iomem"
fault "stolen memory is nowhere" \
	"$(line failure stolen "BDSM is 0: 32 MiB of stolen memory are nowhere; a newer firmware")" \
	"poke $igd/config 0xc0 '00 00 00 00'"
fault "the reserved range is outside" \
	"$(line warning reserved "STOLEN_RESERVED, 0x90600087, is not inside stolen memory: a guest reads it as not enabled; a newer firmware")" \
	"poke $igd/resource0 0x1082c3 '90'"
param=sys/module/vfio_pci_igd/parameters
fault "gms_mb is no size" \
	"$(line failure gms_mb "gms_mb=33 is no size that Alder Lake-S can have: no guest starts; echo 0 >/$param/gms_mb")" \
	"mkdir -p $param; echo 33 >$param/gms_mb"
fault "gms_mb is more than the host's" \
	"$(line failure gms_mb "gms_mb=64 is more than the 32 MiB that the host has: no guest starts; echo 32 >/$param/gms_mb, or more by 'DVMT Pre-Allocated' in the firmware's setup")" \
	"mkdir -p $param; echo 64 >$param/gms_mb"
fault "gms_mb is more, and allowed" "$(line ok gms_mb gms_mb=64)" \
	"mkdir -p $param; echo 64 >$param/gms_mb; echo Y >$param/gms_above_host"

# 7: while a guest runs

guest="mkdir -p proc/4711/fd $igd/igd; ln -s /dev/vfio/1 proc/4711/fd/20; echo qemu-system-x86 >proc/4711/comm"
fault "the guest's firmware has done its part" \
	"$(line ok guest "qemu-system-x86 (pid 4711) has the device; its firmware has placed stolen memory at 3a000000-3bffffff")
$(line ok denied "7 writes of the guest went nowhere")" \
	"$guest; echo 3a000000-3bffffff >$igd/igd/guest_stolen; echo 7 >$igd/igd/denied_writes"
fault "it has not" \
	"$(line warning guest "qemu-system-x86 (pid 4711) has the device, and its firmware has not placed stolen memory: the ROM did not run, or not yet; look on QEMU's debug console (Documentation/troubleshooting.md)")" \
	"$guest; echo >$igd/igd/guest_stolen"
# fault_at ADDRESS: a line of the kernel's log
fault_at()
{
	echo "4,2,200,-;DMAR: [DMA Read NO_PASID] Request device [00:02.0] fault addr $1 [fault reason 0x06] PTE Read access is not set" >>dev/kmsg
}
fault "faults at the host's stolen memory" \
	"$(line warning faults "2 DMA faults at the host's stolen memory (last 0x7e801000): a plane still shows what the host had there; let the host's driver let go in order: driverctl at boot, no efifb (Documentation/binding.md)")" \
	"fault_at 0x7e800000; fault_at 0x7e801000; fault_at 0x1000"
fault "faults at the host's GTT" \
	"$(line warning faults "1 DMA faults at the host's GTT memory (last 0x7e000000): a guest's driver believes GSMBASE; please report it, with igdctl record")" \
	"fault_at 0x7e000000"
fault "faults elsewhere" \
	"$(line warning faults "1 DMA faults outside of what the host had (last 0x1000); a few at a guest's start are old entries of the GTT; if it goes on, please report it")" \
	"fault_at 0x1000"
fault "no log" \
	"$(line unseen faults "the kernel's log, for DMA faults; run igdctl check as root")" \
	"rm dev/kmsg"

# 6: the VM

# vm NAME WORDS...: a QEMU command line
vm()
{
	echo "qemu-system-x86_64 ${*:2}" >"$1"
}
ovmf="-drive if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd"
igd_device="-device vfio-pci,host=0000:00:02.0,addr=02.0"
good="-machine pc -cpu host -m 4096 -nodefaults -vga none $ovmf"
vm vm.good "$good" "$igd_device"

# vm_fault NAME LINES WORDS...: against vm.good
vm_fault()
{
	vm vm.bad "${@:3}"
	fault "$1" "$2" true vm.bad
}

good_vm()
{
	"$IGDCTL" check --root uhd770 vm.good >said
	cat said
	grep -qx '35 ok, 0 warnings, 0 failures, 0 unseen' said
}
ok "a good VM has no fault" good_vm
vm_fault "vm: microvm" \
	"$(line failure vm-machine "machine type microvm has no PCI slot 02.0 for Intel's drivers; make it a q35 or pc")" \
	"${good/-machine pc/-M microvm} $igd_device"
vm_fault "vm: without the device" \
	"$(line failure vm-device "the VM is not given the host's 00:02.0; igdctl vm prints what to add")" \
	"$good"
slot="and Intel's drivers want 00:02.0; give it addr=02.0 on the root bus (libvirt: <address ... bus='0x00' slot='0x02' function='0x0'/>)"
vm_fault "vm: another slot" \
	"$(line failure vm-slot "the guest sees it at 0x5, $slot")" \
	"$good ${igd_device/02.0,addr=02.0/02.0,addr=0x5}"
vm_fault "vm: no slot given" \
	"$(line failure vm-slot "the guest sees it at a slot that QEMU chooses, $slot")" \
	"$good ${igd_device%,*}"
vm_fault "vm: behind a bridge" \
	"$(line failure vm-slot "the guest sees it at pci.1, 02.0, $slot")" \
	"$good $igd_device,bus=pci.1"
vm_fault "vm: the slot is taken" \
	"$(line failure vm-slot "virtio-net-pci is at 02.0, too; give that another slot, or remove it")" \
	"$good $igd_device -device virtio-net-pci,addr=0x2"
second="is a second display: firmware and guest may take that for the first; -vga none (libvirt: <video><model type='none'/></video>, Proxmox: vga: none)"
vm_fault "vm: the slot is taken by -nic" "$(line failure vm-slot "the card of -nic is at 02.0, too; -netdev user,id=net -device virtio-net-pci,netdev=net behind it, in its place")" \
	"$good $igd_device -nic user,model=virtio-net-pci"
vm_fault "vm: -nic none takes none" "" "$good $igd_device -nic none"
vm_fault "vm: a second display" "$(line warning vm-vga "virtio-vga $second")" \
	"$good $igd_device -device virtio-vga"
vm_fault "vm: -vga std" "$(line warning vm-vga "std $second")" \
	"${good/none/std} $igd_device"
vm_fault "vm: QEMU's own VGA" "$(line warning vm-vga "QEMU's own VGA $second")" \
	"${good/-nodefaults -vga none/} $igd_device"
vm_fault "vm: SeaBIOS on gen 12" \
	"$(line warning vm-firmware "SeaBIOS has no picture on Alder Lake-S, and never places stolen memory at the host's own base; OVMF (libvirt: <os firmware='efi'>, Proxmox: bios: ovmf)")
$(line warning vm-memory "4096 MiB on i440fx: stolen memory cannot lie at the host's own base, 0x7e800000, which Windows is reported to want; for Windows: i440fx with 2136 MiB or more, or q35 with 2136 to 2815 MiB, with OVMF")" \
	"${good/$ovmf/} $igd_device"
vm_fault "vm: rombar=0" \
	"$(line failure vm-rom "rombar=0 hides the ROM that sets up OpRegion and stolen memory; take rombar off")" \
	"$good $igd_device,rombar=0"
vm_fault "vm: romfile" \
	"$(line warning vm-rom "romfile=/root/gen12_igd.rom takes the place of the driver's ROM; take romfile off, unless it is igdctl rom's own")" \
	"$good $igd_device,romfile=/root/gen12_igd.rom"
vm_fault "vm: x-igd-gms of 4 MiB" \
	"$(line failure vm-options "x-igd-gms=0xf0 is a code for 4 MiB, less than the 32 MiB that the driver counts with: the reserved part lies outside; take it off, and use gms_mb (Documentation/gms.md)")" \
	"$good $igd_device,x-igd-gms=0xf0"
vm_fault "vm: x-igd-gms that is none" \
	"$(line failure vm-options "x-igd-gms=0x80 is no code of Alder Lake-S; take it off, and use gms_mb (Documentation/gms.md)")" \
	"$good $igd_device,x-igd-gms=0x80"
vm_fault "vm: x-igd-gms of 64 MiB" \
	"$(line warning vm-options "x-igd-gms=2 is a code for 64 MiB, which QEMU says and the driver does not know of; take it off, unless QEMU is 7.2")" \
	"$good $igd_device,x-igd-gms=2"
vm_fault "vm: x-vga" \
	"$(line warning vm-options "x-vga=on is for cards: it needs VGA access that disable_vga takes away, and gives the IGD nothing; take it off")" \
	"$good $igd_device,x-vga=on"
vm_fault "vm: no OpRegion" \
	"$(line failure vm-options "x-igd-opregion=off: the guest gets no OpRegion; take it off")" \
	"$good $igd_device,x-igd-opregion=off"
big_q35="8192 MiB on q35: stolen memory cannot lie at the host's own base, 0x7e800000, which Windows is reported to want; for Windows: i440fx with 2136 MiB or more, or q35 with 2136 to 2815 MiB, with OVMF"
q35=${good/-machine pc/-machine q35}
vm_fault "vm: x-igd-lpc on q35" \
	"$(line ok vm-machine q35)
$(line failure vm-options "x-igd-lpc=on on a q35, which has an LPC bridge of its own there; take it off, and use igdctl rom pack --lpc-id host; or i440fx")
$(line warning vm-memory "$big_q35")" \
	"${q35/4096/8G} $igd_device,x-igd-lpc=on"
vm_fault "vm: q35 with memory at the host's base" \
	"$(line ok vm-machine q35)
$(line ok vm-memory "2400 MiB: stolen memory can lie at the host's own base, 0x7e800000")" \
	"${q35/4096/2400} $igd_device"
old_qemu()
{
	QEMU_VERSION=$1 check_of uhd770 "$2" >after
	cat after
	grep -qxF "$3" after
}
ok "vm: QEMU 10.0 and OVMF, by itself" old_qemu 10.0.13 vm.good \
	"$(line failure vm-qemu "QEMU 10.0 gives an OpRegion to UEFI guests only when told; x-igd-opregion=on")"
vm vm.told "$good $igd_device,x-igd-opregion=on"
ok "vm: QEMU 10.0, told" old_qemu 10.0.13 vm.told "$(line ok vm-qemu "QEMU 10.0")"
vm vm.seabios "${good/$ovmf/} $igd_device"
ok "vm: QEMU 7.2 and SeaBIOS" old_qemu 7.2.22 vm.seabios \
	"$(line failure vm-qemu "QEMU 7.2 announces no stolen memory to SeaBIOS unless told; x-igd-gms=1")"
ok "vm: no QEMU" old_qemu "" vm.seabios "$(line unseen vm-qemu "the version of qemu-system-x86_64")"

wide="echo 'address sizes	: 46 bits physical' >proc/cpuinfo"
too_wide()
{
	rm -rf broken
	cp -a uhd770 broken
	(cd broken && eval "$wide")
	check_of broken "$1" >after
	cat after
	grep -qxF "$2" after
}
ok "vm: too many address bits" too_wide vm.good \
	"$(line failure vm-width "the guest's CPU has more than the 39 address bits that the IOMMU has (vfio_container_dma_map ... -22); -cpu host,host-phys-bits-limit=39")"
vm vm.limited "${good/-cpu host/-cpu host,host-phys-bits=on,host-phys-bits-limit=39} $igd_device"
ok "vm: address bits limited" too_wide vm.limited \
	"$(line ok vm-width "-cpu host,host-phys-bits=on,host-phys-bits-limit=39")"
vm_fault "vm: audio" "$(line ok vm-audio "00:1f.3 is the guest's")" \
	"$good $igd_device -device vfio-pci,host=00:1f.3"

# How it is written does not matter

same_vm()
{
	check_of uhd770 vm.good >before
	check_of uhd770 "$@" >after
	diff before after
}
printf '%s\n' '# a comment' 'LC_ALL=C PATH=/bin \' 'qemu-system-x86_64 -name guest=a \' \
	"-machine 'pc-i440fx-10.0,usb=off,pflash0=libvirt-pflash0-format' -cpu host -m size=4194304k \\" \
	'-nodefaults -device '\''{"driver":"vfio-pci","host":"0000:00:02.0","id":"ua-igd","bus":"pci.0","addr":"0x2"}'\' >vm.libvirt
fault "vm: as libvirt writes it" \
	"$(line ok vm-machine "pc-i440fx-10.0 (i440fx)")" true vm.libvirt
tr ' ' '\0' <vm.good >vm.cmdline
ok "vm: as /proc has it" same_vm vm.cmdline

stub virsh <<'END'
#!/bin/sh
case $* in
*'domxml-to-native qemu-argv --domain win11')	cat "$(dirname "$0")/../vm.good" ;;
*)	echo "error: failed to get domain '$6'"; exit 1 ;;
esac
END
ok "vm: a libvirt domain" same_vm win11
ok "vm: a domain that is not there" refused \
	"igdctl check: there is no file nobody, and libvirt says of a domain: error: failed to get domain 'nobody'" \
	"$IGDCTL" check --root uhd770 nobody
rm stubs/virsh
ok "vm: no libvirt" refused \
	"igdctl check: there is no file nobody, and no virsh to ask for a domain of that name: apt install libvirt-clients" \
	env PATH="$work/stubs" "$IGDCTL" check --root uhd770 nobody

cat >100.conf <<'END'
#a comment
args: -cpu host
bios: ovmf
cores: 4
hostpci0: 0000:00:02.0,driver=keep,legacy-igd=1
machine: pc
memory: 4096
vga: none

[snapshot]
vga: std
END
proxmox_good()
{
	same_vm 100.conf >differs || true
	cat differs
	none grep -v -e '^[0-9]' -e vm-device -e --- differs
	grep -q 'Proxmox keeps its driver' differs
}
ok "vm: Proxmox" proxmox_good
# proxmox NAME LINE SED
proxmox()
{
	sed "$3" 100.conf >101.conf
	check_of uhd770 101.conf >after
	cat after
	grep -qxF "$2" after
}
ok "vm: Proxmox rebinds" proxmox _ \
	"$(line failure vm-device "hostpci without driver=keep: Proxmox binds stock vfio-pci, and fails where driverctl says otherwise; add ,driver=keep, or use args: (Documentation/debian-and-proxmox.md)")" \
	s/,driver=keep//
ok "vm: Proxmox' own slot" proxmox _ \
	"$(line failure vm-slot "the guest sees it at a slot that QEMU chooses, and Intel's drivers want 00:02.0; legacy-igd=1 with machine pc, or args: (Documentation/debian-and-proxmox.md)")" \
	s/,legacy-igd=1//
ok "vm: Proxmox: legacy-igd=0 is not 02.0" proxmox _ \
	"$(line failure vm-slot "the guest sees it at a slot that QEMU chooses, and Intel's drivers want 00:02.0; legacy-igd=1 with machine pc, or args: (Documentation/debian-and-proxmox.md)")" \
	s/,legacy-igd=1/,legacy-igd=0/
ok "vm: Proxmox: moved by -set" proxmox _ \
	"$(line ok vm-slot "the guest sees it at 00:02.0")" \
	's/,legacy-igd=1//; s/^args: .*/args: -set device.hostpci0.addr=02.0/'
ok "vm: Proxmox: -set of another device" proxmox _ \
	"$(line failure vm-slot "the guest sees it at a slot that QEMU chooses, and Intel's drivers want 00:02.0; legacy-igd=1 with machine pc, or args: (Documentation/debian-and-proxmox.md)")" \
	's/,legacy-igd=1//; s/^args: .*/args: -set device.hostpci1.addr=02.0/'
ok "vm: Proxmox: -set hurts, too" proxmox _ \
	"$(line failure vm-options "x-igd-opregion=off: the guest gets no OpRegion; take it off")" \
	's/^args: .*/args: -set device.hostpci0.x-igd-opregion=off/'
ok "vm: Proxmox: a mapping is not followed" proxmox _ \
	"$(line unseen vm-device "which device a mapping (/etc/pve/mapping/pci.cfg) stands for; name the device, 0000:00:02.0, in its place")" \
	's/^hostpci0: .*/hostpci0: mapping=igd,driver=keep/'
# As its manual allows to write the same
proxmox_long()
{
	sed -e 's/^hostpci0: /&host=/; s/^vga: /&type=/; s/^memory: /&current=/' \
		-e 's/^machine: /&type=/; s/^cores/   \n&/' 100.conf >101.conf
	check_of uhd770 100.conf >before
	check_of uhd770 101.conf >after
	diff before after
}
ok "vm: Proxmox: written out" proxmox_long
# proxmox_width SED LINE
proxmox_width()
{
	sed "$1" 100.conf >101.conf
	too_wide 101.conf "$2"
}
wide_cpu=$(line failure vm-width "the guest's CPU has more than the 39 address bits that the IOMMU has (vfio_container_dma_map ... -22); args: -cpu host,host-phys-bits-limit=39")
ok "vm: Proxmox: phys-bits has no effect on host" proxmox_width \
	'/^args/d; s/^cores.*/&\ncpu: host,phys-bits=39/' "$wide_cpu"
ok "vm: Proxmox: nor on host written out" proxmox_width \
	'/^args/d; s/^cores.*/&\ncpu: cputype=host,phys-bits=39/' "$wide_cpu"
ok "vm: Proxmox: phys-bits of another CPU" proxmox_width \
	'/^args/d; s/^cores.*/&\ncpu: x86-64-v3,phys-bits=39/' \
	"$(line ok vm-width "-cpu x86-64-v3,phys-bits=39")"
ok "vm: Proxmox: args come last" proxmox_width \
	's/^args: .*/&,host-phys-bits-limit=39/; s/^cores.*/&\ncpu: host/' \
	"$(line ok vm-width "-cpu host,host-phys-bits-limit=39")"
sed 's/: /:\t/' 100.conf >102.conf
ok "vm: Proxmox' file with tabs" refused \
	"igdctl check: 102.conf, line 2: has a tab, where Proxmox has 'NAME: VALUE' with a blank alone" \
	"$IGDCTL" check --root uhd770 102.conf
echo 'echo hello' >script
ok "vm: neither" refused \
	"igdctl check: script is neither Proxmox' file nor a QEMU command line: no program named qemu... in it" \
	"$IGDCTL" check --root uhd770 script
echo "qemu-system-x86_64 -name 'a" >script
ok "vm: a quote without end" refused \
	"igdctl check: script: a quote (') has no end" \
	"$IGDCTL" check --root uhd770 script
echo "qemu-system-x86_64 -device '{\"a\"'" >script
ok "vm: broken JSON" refused \
	"igdctl check: -device {\"a\": neither JSON with a driver, nor DRIVER,NAME=VALUE" \
	"$IGDCTL" check --root uhd770 script
ok "vm: no such file" refused \
	"igdctl check: ./none cannot be read: No such file or directory" \
	"$IGDCTL" check --root uhd770 ./none

# Other machines

healthy_machine bdw bdw
base=bdw
fault "Broadwell has no group" \
	"$(line failure remapping "every kernel turns remapping off for the graphics of Broadwell (quirk_iommu_igfx), so it has no IOMMU group; none: no stock kernel can give this one away")" \
	"$no_group"
healthy_machine mtl mtl
behind_bar2()
{
	"$IGDCTL" check --root mtl >said
	cat said
	grep -qxF "$(line ok stolen "64 MiB of stolen memory behind BAR2")" said
}
ok "Meteor Lake" behind_bar2

# Not as root: what it may not see it says, and nothing fails for it

as_nobody()
{
	chmod 755 "$work"
	rm -rf broken
	cp -a uhd770 broken
	head -c 64 broken/$igd/config >short
	mv short broken/$igd/config
	chmod 600 broken/dev/mem broken/dev/kmsg
	chmod 644 broken/$igd/config
	sed -i -E 's/[0-9a-f]+-[0-9a-f]+/00000000-00000000/' broken/proc/iomem
	setpriv --reuid 65534 --clear-groups "$IGDCTL" check --root broken >said
	cat said
	grep -qxF "$(line unseen ggc "configuration space beyond its first 64 bytes; run igdctl check as root")" said
	grep -qxF "$(line unseen opregion "ASLS, which leads to the OpRegion; run igdctl check as root")" said
	grep -qxF "$(line unseen faults "the kernel's log, for DMA faults; run igdctl check as root")" said
	none grep '^failure' said
}
ok "as an ordinary user" as_nobody

# What comes next

# next_is LINE COMMANDS [VM]: the last line, after these
next_is()
{
	rm -rf broken
	cp -a uhd770 broken
	(cd broken && eval "$2")
	"$IGDCTL" check --root broken ${3+"$3"} >said || [ $? -eq 1 ]
	cat said
	[ "$(tail -n 1 said)" = "$1" ]
}
i915="ln -sfn ../../../../bus/pci/drivers/i915 $igd/driver"
ok "next: a VM, where all is well" next_is \
	"next: igdctl vm qemu --disk FILE >guest; sh guest (or igdctl vm libvirt, proxmox)" true
ok "next: not another VM, where one was looked at" next_is \
	"35 ok, 0 warnings, 0 failures, 0 unseen" true vm.good
ok "next: the driver" next_is "next: $override" "$i915"
ok "next: a failure's command before a warning's" next_is \
	"next: dkms autoinstall -k $kernel" \
	"$i915; mkdir -p var/lib/dkms/vfio-pci-igd; rm lib/modules/$kernel/updates/dkms/vfio-pci-igd.ko; depmod -b . $kernel"
ok "next: a failure that no command mends" next_is \
	"next: what stands behind ';' in the first line with 'failure', then igdctl check" \
	"$i915; rm sys/firmware/acpi/tables/DMAR"

# For programs

json()
{
	rm -rf broken
	cp -a uhd770 broken
	rm "broken/sys/firmware/acpi/tables/DMAR"
	"$IGDCTL" check --json --root broken >said && return 1
	cat said
	perl -MJSON::PP -e '
		local $/;
		my $list = decode_json(<STDIN>);
		my @bad = grep { $_->{state} eq "failure" } @$list;
		exit !(@$list == 25 && @bad == 1 && $bad[0]{check} eq "dmar" &&
		       $bad[0]{found} eq "the firmware has no DMAR table" &&
		       $bad[0]{do} =~ /^turn VT-d on/)' <said
}
ok "--json" json
ok "a failure ends with 1" exits 1 "$IGDCTL" check --root broken
ok "--root is no tree" refused \
	"igdctl check: --root wants a recorded tree, and stubs has no sys/bus/pci/devices" \
	"$IGDCTL" check --root stubs
ok "two VMs" refused "igdctl check: one VM at a time, not 2" \
	"$IGDCTL" check --root uhd770 a b

nothing_is_written()
{
	find uhd770 -newer "$work/mark" | sed 's/^/written: /' >said
	cat said
	[ ! -s said ]
}
touch mark
sleep 0.1
"$IGDCTL" check --root uhd770 >/dev/null
ok "check writes nothing" nothing_is_written
done_testing
