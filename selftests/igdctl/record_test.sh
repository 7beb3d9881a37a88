#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# igdctl record: of each of igdsim's machines a record that igdsim takes for the
# same machine, and of a machine full of names and numbers none of them. igdctl vm:
# what it prints is valid, and what igdctl check wants.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

# told FILE PROFILE: what igdsim says of it, but for the name
told()
{
	"$IGDSIM" --print all "$1" | grep -v '^name ' >"$2"
}

# A record of the machine; and of the machine that the record makes
round_trip()
{
	rm -rf tree again
	machine "$1" tree
	"$IGDCTL" record --profile --root tree -o "$1.profile"
	cp "$profiles"/*.inc .
	told "$profiles/$1.profile" expected
	told "$1.profile" found
	diff expected found
	"$here/machine" "$IGDSIM" "$PWD/$1.profile" again
	"$IGDCTL" record --profile --root again -o again.profile
	diff "$1.profile" again.profile
	"$IGDCTL" record --root tree -o whole.profile
	told whole.profile found
	diff expected found
	# What selftest gives the driver's tests
	sed -n 's/^# fact //p' whole.profile | grep -v '^name ' | sort >facts
	grep -v -e '^subsystem ' -e '^memmap ' -e '^opregion-page ' \
		-e '^opregion-size ' -e '^vbt-page ' -e '^vbt-size ' \
		-e '^screen-' expected |
		sort | diff - facts
}
# A profile that includes another's machine has a screen beyond that, which is not in
# a record
for profile in "$profiles"/*.profile; do
	grep -q '^generation ' "$profile" || continue
	profile=$(basename "$profile" .profile)
	ok "$profile, recorded, replayed, recorded again" round_trip "$profile"
done

# A machine full of what is nobody's business

secrets="SN-4711-0815 de:ad:be:ef:00:01 deadbeef0001 192.168.17.23 fd00::17:23
	alice bobs-laptop 6a09e667-bb67-ae85 WD-WCC4N1234567 SECRETKEY"
rm -rf tree
machine uhd770 tree
igd=tree/sys/bus/pci/devices/0000:00:02.0
{
	echo "BOOT_IMAGE=/vmlinuz root=UUID=6a09e667-bb67-ae85 ip=192.168.17.23::fd00::17:23:bobs-laptop"
	echo "intel_iommu=on systemd.hostname=bobs-laptop user=alice luks.key=SECRETKEY"
} | tr '\n' ' ' >tree/proc/cmdline
echo "  7e900000-7e9fffff : de:ad:be:ef:00:01 of alice SN-4711-0815" >>tree/proc/iomem
echo bobs-laptop >tree/proc/sys/kernel/hostname
mkdir -p tree/sys/class/dmi/id tree/etc tree/sys/class/net/eth0 tree/home/alice "$igd/igd"
echo SN-4711-0815 >tree/sys/class/dmi/id/product_serial
echo de:ad:be:ef:00:01 >tree/sys/class/net/eth0/address
echo alice:x:1000:1000::/home/alice:/bin/sh >tree/etc/passwd
echo WD-WCC4N1234567 >tree/sys/class/dmi/id/board_serial
echo '6,2,300,-;eth0: de:ad:be:ef:00:01 192.168.17.23 bobs-laptop' >>tree/dev/kmsg
echo vfio-pci-igd/igd.rom >"$igd/igd/rom"
echo alice >"$igd/igd/something-new"
# A Device Serial Number capability, of the MAC, at 0x100
printf '\3\0\1\0\1\0\357\276\377\376\255\336' |
	dd of="$igd/config" bs=1 seek=256 conv=notrunc status=none
# In mailbox 5 a monitor's EDID has its serial number
printf 'SN-4711-0815' |
	dd of=tree/dev/mem bs=1 seek=$((0x76634018 + 0x1c10)) conv=notrunc status=none

# no_secrets OPTIONS: neither as text nor as bytes
no_secrets()
{
	local secret

	"$IGDCTL" record "$@" --root tree -o record
	# The bytes as text, so that a name in a dump would be found
	sed -n 's/^# [a-z-]* [0-9a-f]*: //p; s/^[0-9a-f]*: //p' record |
		tr -d ' \n' >bytes
	for secret in $secrets; do
		none grep -F -- "$secret" record
		none grep -F -- "$(printf %s "$secret" | od -An -v -tx1 | tr -d ' \n')" bytes
	done
	none grep -i -e 'efbefffeadde' -e 'ef be ff fe' record
}
ok "no serial number, address or name is in a record" no_secrets
ok "nor in one with a hash" no_secrets --hash-only
ok "nor in a profile" no_secrets --profile

# The test itself: would it find one?
finds()
{
	printf '# cmdline user=alice\n' >record
	grep -qF alice record
	printf '# vbt 0000: %s\n' "$(printf SN-4711-0815 | od -An -v -tx1 | tr -d ' \n')" >record
	sed -n 's/^# [a-z-]* [0-9a-f]*: //p' record | tr -d '\n' >bytes
	grep -qF "$(printf SN-4711-0815 | od -An -v -tx1 | tr -d ' \n')" bytes
}
ok "and they would be found" finds

what_is_there()
{
	"$IGDCTL" record --root tree -o record
	grep -qx '# cmdline intel_iommu=on' record
	grep -qx '# igd/rom vfio-pci-igd/igd.rom' record
	grep -qx '# iomem   7e900000-7e9fffff something else' record
	grep -qx '# driver vfio-pci-igd' record
	grep -qx '# bridges 00:00.0 0x4660, 00:1f.0 0x7a84' record
	grep -q '^# dmar 0000: 444d4152' record
	grep -q '^# opregion-header 0000: 496e74656c47726170686963734d656d' record
	grep -q '^# vbt 0000: 24564254' record
	"$IGDCTL" record --hash-only --root tree -o record
	none grep '^# vbt 0' record
	size=$(od -An -tu2 -j $((0x76634018 + 0x2000 + 0x18)) -N 2 tree/dev/mem)
	sum=$(tail -c +$((0x76634018 + 0x2000 + 1)) tree/dev/mem | head -c "$size" |
		sha256sum | cut -d ' ' -f 1)
	grep -qx "# vbt-sha256 $sum" record
}
ok "what is to be in it is" what_is_there

# partly COMMAND WHAT: does record go on, say what it did not see, and end with 1?
partly()
{
	local status=0

	rm -rf broken
	cp -a tree broken
	(cd broken && eval "$1")
	"$IGDCTL" record --root broken -o record 2>said || status=$?
	cat said
	[ $status -eq 1 ]
	[ "$(cat said)" = "igdctl record: not seen: $2" ]
	grep -qxF "# not seen: $2" record
	cp "$profiles"/*.inc .
	"$IGDSIM" --print all record >/dev/null
}
ok "without host memory" partly "rm dev/mem" \
	"host memory at 0x76634018 cannot be read (No such file or directory)"
ok "without iomem" partly "rm proc/iomem" /proc/iomem
ok "asleep" partly "echo D3hot >sys/bus/pci/devices/0000:00:02.0/power_state" \
	"BAR0: the device sleeps; show something on its screen, or wake it up"
rm -rf broken
cp -a tree broken
head -c 64 broken/sys/bus/pci/devices/0000:00:02.0/config >short
mv short broken/sys/bus/pci/devices/0000:00:02.0/config
ok "without configuration space" refused \
	"igdctl record: configuration space cannot be read beyond its first 64 bytes: run it as root" \
	"$IGDCTL" record --root broken
rm -r broken/sys/bus/pci/devices/0000:00:02.0
ok "without the device" refused \
	"igdctl record: there is no Intel graphics at 00:02.0 that vfio-pci-igd knows: see igdctl check" \
	"$IGDCTL" record --root broken
ok "where it cannot write" refused \
	"igdctl record: /none/file cannot be written: No such file or directory" \
	"$IGDCTL" record --root tree -o /none/file

# Hostile memory: no sanitizer finds anything

hostile()
{
	local offset byte status

	for offset in 0x10 0x16 0x58 0x3ba 0x3bb 0x3bd 0x3c2 0x3c4 0x2018 0x2019 \
		0x201c 0x201e 0x2042 0x2044 0x2046 0x2047 0x2050 0x2051 0x2052 0x2054; do
		for byte in '\0' '\1' '\177' '\377'; do
			cp tree/dev/mem mem
			printf '%b' "$byte" | dd of=mem bs=1 conv=notrunc \
				seek=$((0x76634018 + offset)) status=none
			# Its sum made good again, or it would go no further
			perl -e '
				open my $f, "+<:raw", "mem";
				sysseek $f, 0x76636018, 0;
				sysread $f, my $vbt, 0x2200;
				my $sum = unpack "%8C*", $vbt;
				substr($vbt, 0x1a, 1) = chr((ord(substr($vbt, 0x1a, 1)) - $sum) & 255);
				sysseek $f, 0x76636018, 0;
				syswrite $f, $vbt;'
			ln -f mem broken/dev/mem
			status=0
			"$IGDCTL" record --root broken -o record 2>said || status=$?
			[ $status -le 2 ] || { cat said; return 1; }
		done
	done
}
rm -rf broken
cp -a tree broken
ok "hostile: OpRegion and VBT" hostile

done_testing
