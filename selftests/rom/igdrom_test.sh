#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# igdrom: packs, prints, checks. Takes the guest's ROM, breaks one thing in it
# at a time, and wants to be told which.
set -euo pipefail

firmware=${FIRMWARE:-$(cd "$(dirname "$0")/../../firmware" && pwd)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

count=0
failed=0

# ok NAME COMMAND...: a test, which passes if the command succeeds
ok()
{
	local name=$1

	shift
	count=$((count + 1))
	if "$@" >log 2>&1; then
		echo "ok $count $name"
	else
		echo "not ok $count $name"
		sed 's/^/#   /' log
		failed=$((failed + 1))
	fi
}

igdrom()
{
	build/igdrom "$@"
}

# refused SENTENCE COMMAND...: does it fail, and say just that?
refused()
{
	local sentence=$1

	shift
	if "$@" 2>said; then
		echo "was not refused: $*"
		return 1
	fi
	cat said
	grep -qxF "$sentence" said
}

# poke FILE OFFSET BYTES: overwrite, with bytes as in '55 aa'
poke()
{
	local bytes=" $3"

	printf '%b' "${bytes// /\\x}" |
		dd of="$1" bs=1 seek=$(($2)) conv=notrunc status=none
}

# sum_of FILE OFFSET SIZE: of all bytes, modulo 256
sum_of()
{
	od -An -v -tu1 -j "$2" -N "$3" "$1" |
		awk '{ for (i = 1; i <= NF; i++) sum += $i } END { print sum % 256 }'
}

# broken WHAT OFFSET BYTES SENTENCE: one change, one complaint
broken()
{
	cp good.rom bad.rom
	poke bad.rom "$2" "$3"
	ok "check: $1" refused "bad.rom: $4" igdrom check -d 4680 bad.rom
}

# packed FILES... -- LINES OF PRINT: pack without a complaint, then print
packed()
{
	local files=()

	while [ "$1" != -- ]; do
		files+=("$1")
		shift
	done
	shift
	igdrom pack -o packed.rom "${files[@]}"
	igdrom check packed.rom
	igdrom print packed.rom >printed
	cat printed
	printf '%s\n' "$@" | cmp - printed
}

fills_to_the_end()
{
	tail -c "$(stat -c %s build/igd.efi)" build/igd.rom |
		cmp - build/igd.efi
}

all_sum_up_to_zero()
{
	[ "$(sum_of build/igd.rom 0 1024)" = 0 ]
	[ "$(sum_of build/igd.rom 1024 "$efi")" = 0 ]
}

same_twice()
{
	mkdir again
	make -s -C "$firmware" OUT="$work/again"
	cmp build/igd.rom again/igd.rom
	cmp build/igd.efi again/igd.efi
	cmp build/igd-legacy.bin again/igd-legacy.bin
}

echo "TAP version 13"
make -s -C "$firmware" OUT="$work/build" || {
	echo "Bail out! the ROM cannot be built"
	exit 1
}
efi=$(($(stat -c %s build/igd.rom) - 1024))
legacy_line="PC-AT, 8086:any, class 030000"
efi_line="EFI, 8086:any, class 030000, boot-service driver, machine 8664, not signed"

ok "the ROM that is built passes" igdrom check build/igd.rom
ok "and is the same when built again" same_twice
ok "its executable ends where the ROM ends" fills_to_the_end
ok "each image sums up to 0" all_sum_up_to_zero

ok "pack: legacy image and driver" packed build/igd-legacy.bin build/igd.efi -- \
	"image 1 at 0x0: 1024 bytes, $legacy_line" \
	"image 2 at 0x400: $efi bytes, $efi_line, last"
ok "pack: a driver beside a ROM" packed build/igd.rom build/igd.efi -- \
	"image 1 at 0x0: 1024 bytes, $legacy_line" \
	"image 2 at 0x400: $efi bytes, $efi_line" \
	"$(printf 'image 3 at 0x%x' $((1024 + efi))): $efi bytes, $efi_line, last"
ok "pack: a ROM alone stays as it is" packed build/igd.rom -- \
	"image 1 at 0x0: 1024 bytes, $legacy_line" \
	"image 2 at 0x400: $efi bytes, $efi_line, last"
ok "pack: one device" packed -d 4680 build/igd-legacy.bin build/igd.efi -- \
	"image 1 at 0x0: 1024 bytes, ${legacy_line/any/4680}" \
	"image 2 at 0x400: $efi bytes, ${efi_line/any/4680}, last"
ok "pack: several devices" packed -d 4680,4682,4690 build/igd.efi -- \
	"image 1 at 0x0: $efi bytes, ${efi_line/any/4680,4682,4690}, last"
ok "check: a device from the list" igdrom check -d 4690 packed.rom
ok "check: a device that is not in the list" \
	refused "packed.rom: image 1 at 0x0: is for device 4680, not for 9bc8" \
	igdrom check -d 9bc8 packed.rom

{
	cat build/igd.rom
	head -c $((65536 - 1024 - efi)) /dev/zero | tr '\0' '\377'
} >padded.rom
ok "check: padding up to the size of a BAR is fine" igdrom check padded.rom

# Offsets: the legacy image at 0 and the EFI image at 0x400, PCIR at 0x1c of each
igdrom pack -o good.rom -d 4680 build/igd-legacy.bin build/igd.efi
size=$(stat -c %s good.rom)

broken "first signature" 0x0 "aa 55" \
	"image 1 at 0x0: does not begin with the ROM signature 55 aa"
broken "second signature" 0x400 "00" \
	"image 2 at 0x400: does not begin with the ROM signature 55 aa"
broken "pointer to PCIR outside" 0x18 "fc ff" \
	"image 1 at 0x0: its PCI data structure at 0xfffc is outside it or not at a multiple of 4"
broken "pointer to PCIR odd" 0x18 "1d" \
	"image 1 at 0x0: its PCI data structure at 0x1d is outside it or not at a multiple of 4"
broken "signature of PCIR" 0x41c "51" \
	"image 2 at 0x400: there is no 'PCIR' at 0x1c, where the PCI data structure should be"
broken "length of PCIR" 0x426 "04" \
	"image 2 at 0x400: its PCI data structure has a length of 4, expected 24 or 28"
broken "vendor" 0x420 "34 12" \
	"image 2 at 0x400: is for vendor 1234, expected Intel's 8086"
broken "device" 0x422 "c8 9b" \
	"image 2 at 0x400: is for device 9bc8, not for 4680"
broken "list of devices without end" 0x424 "fe ff" \
	"image 2 at 0x400: its list of device IDs has no end within the image"
broken "class" 0x42b "02" \
	"image 2 at 0x400: is for class 020000, expected a display (03xxxx)"
broken "no length" 0x2c "00 00" \
	"image 1 at 0x0: is 0 bytes long, too short for its PCI data structure at 0x1c"
broken "longer than the ROM" 0x42c "ff 00" \
	"image 2 at 0x400: is 130560 bytes long, but the ROM ends after $efi"
broken "legacy image over the next" 0x2 "04" \
	"image 1 at 0x0: its header says 2048 bytes, its PCI data structure 1024: it overlaps the next"
broken "EFI image over its end" 0x402 "ff 00" \
	"image 2 at 0x400: its header says 130560 bytes, its PCI data structure $efi: it overlaps the next"
broken "checksum" 0x100 "$(printf %02x $((($(od -An -tu1 -j 256 -N 1 good.rom) + 1) % 256)))" \
	"image 1 at 0x0: its checksum is wrong: all bytes sum up to 0x01, expected 0"
broken "code type" 0x430 "01" \
	"image 2 at 0x400: its code type is 1, expected 0 (PC-AT) or 3 (EFI)"
broken "EFI signature" 0x406 "c0" \
	"image 2 at 0x400: its EFI signature is 00c00ef1, expected 00000ef1"
broken "an application" 0x408 "0a" \
	"image 2 at 0x400: its subsystem is 10 (application), firmware loads drivers only (11, 12)"
broken "subsystem of the executable" 0x408 "0c" \
	"image 2 at 0x400: its header says subsystem 12, its executable 11"
broken "machine" 0x40a "4c 01" \
	"image 2 at 0x400: is for machine 014c, expected x86-64 (8664)"
broken "compression" 0x40c "02" \
	"image 2 at 0x400: its compression type is 2, only 0 and 1 are defined"
broken "executable over the headers" 0x416 "20 00" \
	"image 2 at 0x400: its executable at 0x20 overlaps the headers or is outside the image"
broken "executable outside" 0x416 "00 f0" \
	"image 2 at 0x400: its executable at 0xf000 overlaps the headers or is outside the image"
broken "executable is none" $((size - $(stat -c %s build/igd.efi))) "00" \
	"image 2 at 0x400: its executable is no PE executable (no 'MZ' at its start)"
broken "last-image flag missing" 0x431 "00" \
	"image 2 at 0x400: is the last one, but does not have the last-image flag"
broken "last-image flag too early" 0x31 "80" \
	"image 1 at 0x0: has the last-image flag, but data follows at 0x400"

head -c $((size - 512)) good.rom >bad.rom
ok "check: cut short" refused \
	"bad.rom: image 2 at 0x400: is $efi bytes long, but the ROM ends after $((efi - 512))" \
	igdrom check bad.rom
head -c $((size - 100)) good.rom >bad.rom
ok "check: no multiple of 512" refused \
	"bad.rom: a ROM has a multiple of 512 bytes, at most 16 MiB; this one has $((size - 100))" \
	igdrom check bad.rom
: >bad.rom
ok "check: empty" refused \
	"bad.rom: a ROM has a multiple of 512 bytes, at most 16 MiB; this one has 0" \
	igdrom check bad.rom
truncate -s 17M bad.rom
ok "check: too large" refused \
	"bad.rom: a ROM has a multiple of 512 bytes, at most 16 MiB; this one has at least 16777217" \
	igdrom check bad.rom
ok "check: no such file" refused \
	"igdrom: cannot open none.rom: No such file or directory" igdrom check none.rom

head -c 4096 build/igd.efi >short.efi
ok "pack: a driver that is cut short" refused \
	"igdrom: short.efi: is cut short: its headers speak of more than there is" \
	igdrom pack -o bad.rom short.efi
cp build/igd.efi application.efi
subsystem=$(($(od -An -tu4 -j 60 -N 4 build/igd.efi) + 24 + 68))
poke application.efi $subsystem "0a"
rm bad.rom
ok "pack: an application" refused \
	"bad.rom: image 1 at 0x0: its subsystem is 10 (application), firmware loads drivers only (11, 12)" \
	igdrom pack -o bad.rom application.efi
ok "and nothing is written" test ! -e bad.rom
ok "pack: neither driver nor ROM" refused \
	"igdrom: said: is no PE executable (no 'MZ' at its start)" \
	igdrom pack -o bad.rom said
ok "pack: an ID that is none" refused \
	"igdrom: -d wants PCI device IDs in hexadecimal, as in 4680,4692" \
	igdrom pack -o bad.rom -d 4680,xyz build/igd.efi
ok "pack: no name for the ROM" refused "igdrom: pack: -o ROM is missing" \
	igdrom pack build/igd.efi

echo "1..$count"
echo "# Totals: pass:$((count - failed)) fail:$failed xfail:0 xpass:0 skip:0 error:0"
[ $failed -eq 0 ]
