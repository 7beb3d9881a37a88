#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# igdrom: packs, prints, checks. Takes the guest's ROM, breaks one thing in it
# at a time, and wants to be told which. Makes display drivers that have what
# igdrom knows a GOP by, puts them where they do not belong, and wants to be
# warned. igdrom runs with the compiler's sanitizers.
set -euo pipefail

firmware=${FIRMWARE:-$(cd "$(dirname "$0")/../../firmware" && pwd)}
. "$(dirname "$0")/../lib/ok.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

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

# warned SENTENCES COMMAND...: does it succeed, and say just these lines?
warned()
{
	local sentences=$1

	shift
	"$@" 2>said
	cat said
	printf '%s' "${sentences:+$sentences
}" | cmp - said
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

# driver NAME [IDS [READS [OTHER]]]: NAME.efi, which names GraphicsOutput and the
# policy for GOP, has a table of device IDs, eight bytes apart, reads the LPC
# bridge in so many places as GOPs do, and has OTHER (C) in it
driver()
{
	{
		cat <<-'END'
			#include "efi.h"
			const struct efi_guid policy = {
				0xec2e931b, 0x3281, 0x48a5,
				{ 0x81, 7, 0xdf, 0x8a, 0x8b, 0xed, 0x3c, 0x5d }
			};
			#ifndef POLICY_ALONE
			const struct efi_guid graphics_output = {
				0x9042a9de, 0x23dc, 0x4a38,
				{ 0x96, 0xfb, 0x7a, 0xde, 0xd0, 0x80, 0x51, 0x6a }
			};
			#endif
			efi_status_t efi_main(void);
			efi_status_t efi_main(void) { return EFI_SUCCESS; }
		END
		[ -z "${2-}" ] ||
			echo "const struct { __u16 id, rest[3]; } table[] = { $2 };"
		echo "asm(\"lpc:\\n.rept ${3-0}\\n\""
		echo '"mov $0x000f8002, %ecx; call 1f\n.endr; ret; 1: ret");'
		echo "${4-}"
	} >"$1.c"
	make -s -C "$firmware" OUT="$work/build" standin SOURCES="$work/$1.c" \
		NAME="$work/$1.efi" DEFINES="${5-}"
}

# ids ID...: as C has them in driver's table
ids()
{
	printf '{ .id = 0x%s }, ' "$@"
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

# Where the LPC option is changed nothing else is, but what makes the sum 0
option_alone()
{
	local first

	igdrom pack --lpc-id host -o on.rom build/igd.rom
	first=$(grep -abo 'vfio-pci-igd lpc-id=' on.rom | cut -d : -f 1)
	first=$((first + 20))
	# Bytes are counted from 1
	{ cmp -l build/igd.rom on.rom || true; } |
		awk -v from=$((first + 1)) -v to=$((first + 9)) \
			-v revision=$((0x400 + 0x1c + 0x12 + 1)) '
			{ print }
			$1 >= from && $1 <= to { changed++; next }
			$1 != revision { exit wrong = 1 }
			END { exit wrong || !changed }'
	[ "$(sum_of on.rom 1024 "$efi")" = 0 ]
	igdrom pack --lpc-id off -o off.rom on.rom
	cmp build/igd.rom off.rom
}

# mutants OFFSET...: good.rom with other bytes there, and cut short, in mutants/
mutants()
{
	mkdir mutants
	# shellcheck disable=SC2016
	perl -e '
		sub out {
			open my $file, ">:raw", sprintf "mutants/%04d.rom", $n++;
			print $file $_[0];
		}
		$/ = undef;
		open my $file, "<:raw", "good.rom";
		$good = <$file>;
		for $at (@ARGV) {
			for $byte (0, 0x7f, 0xff) {
				$rom = $good;
				substr($rom, $at, 1) = chr $byte;
				out $rom;
			}
		}
		for ($length = 0; $length < length $good; $length += 97) {
			out substr $good, 0, $length;
		}' "$@"
}

# survives WORST COMMAND...: whatever it says, does igdrom end as it should?
survives()
{
	local worst=$1 status=0

	shift
	"$@" >said 2>&1 || status=$?
	[ $status -le "$worst" ] || { tail -n 50 said; return 1; }
}

survives_packing()
{
	local rom

	for rom in mutants/*[05].rom; do
		survives 2 igdrom pack --lpc-id host -o bad.rom "$rom" || return
	done
}

same_twice()
{
	mkdir again
	make -s -C "$firmware" OUT="$work/again" LHASA_CFLAGS= LHASA_LIBS=
	cmp build/igd.rom again/igd.rom
	cmp build/igd.efi again/igd.efi
	cmp build/igd-legacy.bin again/igd-legacy.bin
}

echo "TAP version 13"
# A sanitizer's finding ends igdrom with a status that is not among its own
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=halt_on_error=1:exitcode=99
lhasa=${LHASA:-/build/lhasa}/usr
make -s -C "$firmware" OUT="$work/build" \
	CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover" \
	LHASA_CFLAGS="-DHAVE_LHASA -I$lhasa/include/liblhasa-1.0" \
	LHASA_LIBS="$lhasa/lib/x86_64-linux-gnu/liblhasa.a" || {
	echo "Bail out! the ROM cannot be built"
	exit 1
}
efi=$(($(stat -c %s build/igd.rom) - 1024))
legacy_line="PC-AT, 8086:any, class 030000"
efi_line="EFI, 8086:any, class 030000, boot-service driver, machine 8664, not signed"
ours="  the driver of vfio-pci-igd, LPC option: off"

ok "the ROM that is built passes" igdrom check build/igd.rom
ok "and is the same when built again" same_twice
ok "its executable ends where the ROM ends" fills_to_the_end
ok "each image sums up to 0" all_sum_up_to_zero

ok "pack: legacy image and driver" packed build/igd-legacy.bin build/igd.efi -- \
	"image 1 at 0x0: 1024 bytes, $legacy_line" \
	"image 2 at 0x400: $efi bytes, $efi_line, last" "$ours"
ok "pack: a driver beside a ROM" packed build/igd.rom build/igd.efi -- \
	"image 1 at 0x0: 1024 bytes, $legacy_line" \
	"image 2 at 0x400: $efi bytes, $efi_line" "$ours" \
	"$(printf 'image 3 at 0x%x' $((1024 + efi))): $efi bytes, $efi_line, last" \
	"$ours"
ok "pack: a ROM alone stays as it is" packed build/igd.rom -- \
	"image 1 at 0x0: 1024 bytes, $legacy_line" \
	"image 2 at 0x400: $efi bytes, $efi_line, last" "$ours"
ok "pack: one device" packed -d 4680 build/igd-legacy.bin build/igd.efi -- \
	"image 1 at 0x0: 1024 bytes, ${legacy_line/any/4680}" \
	"image 2 at 0x400: $efi bytes, ${efi_line/any/4680}, last" "$ours"
ok "pack: several devices" packed -d 4680,4682,4690 build/igd.efi -- \
	"image 1 at 0x0: $efi bytes, ${efi_line/any/4680,4682,4690}, last" \
	"$ours"
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

# The LPC option

ok "lpc-id: changes the option alone, and back" option_alone
ok "lpc-id: a number is packed as the ROM reads it" igdrom pack \
	--lpc-id 0x7A84 -o packed.rom build/igd.rom
ok "lpc-id: and print says so" eval 'igdrom print packed.rom | grep -qx "${ours/off/7a84}"'
ok "lpc-id: no driver of ours" refused \
	"igdrom: --lpc-id: 0 of these are the driver of vfio-pci-igd, expected 1: pack igd.rom, once" \
	igdrom pack --lpc-id host -o bad.rom build/igd-legacy.bin
ok "lpc-id: two of them" refused \
	"igdrom: --lpc-id: 2 of these are the driver of vfio-pci-igd, expected 1: pack igd.rom, once" \
	igdrom pack --lpc-id host -o bad.rom build/igd.rom build/igd.efi
driver twice-marked "" 0 \
	'const char a[] = "vfio-pci-igd lpc-id=off      ", b[] = "vfio-pci-igd lpc-id=off      ";'
ok "lpc-id: two places for it in one driver" refused \
	"igdrom: --lpc-id: the place for it is there 2 times in one driver, expected once: nothing written" \
	igdrom pack --lpc-id host -o bad.rom twice-marked.efi
driver marked-end
printf 'vfio-pci-igd lpc-id=off' >>marked-end.efi
ok "lpc-id: the place for it is cut off" refused \
	"igdrom: --lpc-id: 0 of these are the driver of vfio-pci-igd, expected 1: pack igd.rom, once" \
	igdrom pack --lpc-id host -o bad.rom marked-end.efi
# The optional header's directory of certificates: where, and how long
cp build/igd.efi signed.efi
poke signed.efi $((subsystem - 68 + 144)) "00 20 00 00 08 00 00 00"
ok "lpc-id: a signed driver" refused \
	"igdrom: --lpc-id: the driver of vfio-pci-igd is signed, which a change would void: pack it without, and give QEMU -fw_cfg name=opt/vfio-pci-igd/lpc-id,string=host" \
	igdrom pack --lpc-id host -o bad.rom signed.efi
ok "and nothing was written" test ! -e bad.rom
for value in "" 0 10000 7a84x -1 HOST; do
	ok "lpc-id: '$value'" refused \
		"igdrom: --lpc-id wants 'host', 'off' or a PCI device ID in hexadecimal, as in 7a84" \
		igdrom pack --lpc-id "$value" -o bad.rom build/igd.rom
done
ok "lpc-id: not of check" refused "igdrom: check: --lpc-id is for pack alone" \
	igdrom check --lpc-id host build/igd.rom

# Display drivers (GOP)

at=$(printf 0x%x $((1024 + efi)))
gop="image 3 at $at: warning:"
driver gop "$(ids 4680 4682 4688 468a 4690)" 1
driver gop-other "$(ids 9bc2 9bc4 9bc5 9bc8)" 1
driver gop-early "$(ids 0402 0412 0416 041e 0a16)" 1
driver gop-three "$(ids 4680 4682 4688)" 1
driver gop-gaps "$(ids 4680 1234 4682 4688 468a 4690 1234 0 0 1234 4692)" 0
driver gop-far "$(ids 4682 4688 468a 4690 1 2 3 4 5 4680)" 0
driver gop-twice "$(ids 4680 4682 4688 468a)" 2
driver gop-none "$(ids 4680 4682 4688 468a)" 0
driver policy "$(ids 4680 4682 4688 468a)" 1 "" -DPOLICY_ALONE

# gop_is FILE REST: the line that print has for it
gop_is()
{
	igdrom pack -o packed.rom build/igd.rom "$1" 2>said
	igdrom print packed.rom >printed
	cat printed
	grep -qxF "  a GOP, Intel's display driver: $2" printed
}

ok "print: a GOP" gop_is gop.efi \
	"for 4680,4682,4688,468a,4690; reads the LPC bridge's ID in 1 place"
ok "print: a GOP that reads twice" gop_is gop-twice.efi \
	"for 4680,4682,4688,468a; reads the LPC bridge's ID in 2 places"
ok "print: three in a row are no table" gop_is gop-three.efi \
	"no table of device IDs found; reads the LPC bridge's ID in 1 place"
ok "print: a table has entries that are no display's" gop_is gop-gaps.efi \
	"for 4680,4682,4688,468a,4690,4692; reads the LPC bridge's ID in 0 places"
ok "print: what is far behind a table is not of it" gop_is gop-far.efi \
	"for 4682,4688,468a,4690; reads the LPC bridge's ID in 0 places"

ok "gop: all is well" warned "" \
	igdrom pack -d 4680 --lpc-id host -o rom build/igd.rom gop.efi
ok "gop: and check thinks so" warned "" igdrom check -d 4680 rom
ok "gop: without a table, and nobody asks for a device" warned "" \
	igdrom pack --lpc-id host -o rom build/igd.rom gop-three.efi
ok "gop: names the policy alone, and is none" warned "" \
	igdrom pack -d 9bc8 -o rom policy.efi build/igd.rom

no_driver="no driver of vfio-pci-igd stands before this GOP, which needs the stolen memory and the policy that it sets up: pack igd.rom first"
ok "gop: before ours" warned "rom: image 1 at 0x0: warning: $no_driver" \
	igdrom pack -o rom gop-none.efi build/igd.rom
ok "gop: without ours" warned "rom: image 1 at 0x0: warning: $no_driver" \
	igdrom pack -o rom gop-none.efi
ok "gop: check warns as well" warned \
	"rom: image 1 at 0x0: warning: $no_driver" igdrom check rom
ok "gop: print has it in its listing" eval \
	'igdrom print rom 2>/dev/null | grep -qxF "rom: image 1 at 0x0: warning: $no_driver"'

other="this GOP has 4 device IDs, and 4680 is not among them (igdctl rom print lists them): take the one of this machine's own firmware"
ok "gop: for another device, by -d" warned "rom: $gop $other" \
	igdrom pack -d 4680 --lpc-id host -o rom build/igd.rom gop-other.efi
ok "gop: for another device, by the ROM's name" warned \
	"./8086-4680.rom: $gop $other" \
	igdrom pack --lpc-id host -o ./8086-4680.rom build/igd.rom gop-other.efi
ok "gop: for this device, by the ROM's name" warned "" \
	igdrom pack --lpc-id host -o 8086-9bc8.rom build/igd.rom gop-other.efi
ok "gop: a name that only begins like one" warned "" \
	igdrom pack --lpc-id host -o 8086-4680.rom.old build/igd.rom gop-other.efi
ok "gop: no table" warned \
	"rom: $gop no table of device IDs was found in this GOP: whether it is for 4680 cannot be told" \
	igdrom pack -d 4680 --lpc-id host -o rom build/igd.rom gop-three.efi
ok "gop: an ID that is newer than igdrom" warned "" \
	igdrom pack -d 1234 -o rom build/igd.rom gop-gaps.efi

igdrom pack -d 4680 --lpc-id host -o rom build/igd.rom gop.efi
second=$(printf 0x%x "$(stat -c %s rom)")
ok "gop: a second one" warned \
	"rom: image 4 at $second: warning: this is the second GOP, the first is image 3, and they get in each other's way: keep the one of this machine's own firmware" \
	igdrom pack --lpc-id host -o rom build/igd.rom gop.efi gop-other.efi

i440fx="a guest on i440fx with x-igd-lpc=on needs no option"
ok "gop: LPC option off" warned \
	"rom: $gop this GOP reads the ID of the LPC bridge, and those from Skylake on refuse q35's; the LPC option is off: pack with --lpc-id host; $i440fx" \
	igdrom pack -o rom build/igd.rom gop.efi
ok "gop: of before Skylake" warned "" igdrom pack -o rom build/igd.rom gop-early.efi
ok "gop: that reads twice" warned \
	"rom: $gop this GOP reads the ID of the LPC bridge in 2 places, and the ROM changes it only where it is one: on q35 it will not start; $i440fx" \
	igdrom pack --lpc-id host -o rom build/igd.rom gop-twice.efi
ok "gop: LPC option on for nothing" warned \
	"rom: $gop the LPC option is on, but this GOP has no place that reads the ID of the LPC bridge in the way that the ROM can change: the option does nothing for it; if it does not start on q35, $i440fx" \
	igdrom pack --lpc-id host -o rom build/igd.rom gop-none.efi

# Compressed drivers

# compressed OFFSET: rom with the image there compressed, and nothing behind it,
# as EFI does it (UEFI 2.10, 19), all as literals of eight bits: in each block the
# number of them, one length for all lengths, 256 lengths, no distances
compressed()
{
	# shellcheck disable=SC2016
	perl -e '
		my ($image) = @ARGV;
		open my $file, "+<:raw", "rom";
		local $/ = undef;
		my $rom = <$file>;
		my $at = $image + unpack "v", substr $rom, $image + 0x16, 2;
		my $length = 512 * unpack "v", substr $rom, $image + 2, 2;
		my $plain = substr $rom, $at, $image + $length - $at;
		my $bits = "";
		for my $part (unpack "(a60000)*", $plain) {
			$bits .= sprintf "%016b%05b%05b%09b%04b%04b", length $part,
				0, 8 + 2, 256, 0, 0;
			$bits .= unpack "B*", $part;
		}
		my $data = pack "B*", $bits;
		my $size = length $data;
		# Some more than the plain: it takes a longer image
		my $head = substr $rom, $image, $at - $image;
		my $new = $head . pack("VV", $size, length $plain) . $data;
		$new .= "\0" x (-length($new) % 512);
		for my $field (0x02, 0x1c + 0x10) {
			substr $new, $field, 2, pack "v", length($new) / 512;
		}
		substr $new, 0x0c, 2, "\1\0";
		seek $file, 0, 0;
		print $file substr($rom, 0, $image) . $new;' $(($1))
}

igdrom pack --lpc-id host -o rom build/igd.rom gop-other.efi
compressed "$at"
ok "compressed: igdrom looks inside" warned "rom: $gop $other" \
	eval 'cp rom 8086-4680.rom; igdrom check 8086-4680.rom 2>said.too; sed s,8086-4680.rom,rom, said.too >&2'
ok "compressed: print as well" eval \
	'igdrom print rom | grep -qxF "  a GOP, Intel'"'"'s display driver: for 9bc2,9bc4,9bc5,9bc8; reads the LPC bridge'"'"'s ID in 1 place"'
no_library="this igdctl cannot look inside, as it was built without liblhasa: whether it is a GOP, and for which device, cannot be told; pack the .efi itself instead"
ok "compressed: without liblhasa it says so" warned \
	"rom: $gop is compressed, and $no_library" again/igdrom check rom

# unpackable WHAT OFFSET BYTES: in the header of what is compressed, its size, then
# that of the executable
unpackable()
{
	local data=$((at + $(od -An -tu2 -j $((at + 0x16)) -N 2 rom)))

	cp rom bad.rom
	poke bad.rom $((data + $2)) "$3"
	ok "compressed: $1" warned \
		"bad.rom: $gop is compressed, and does not unpack, so that no firmware can start it: make it anew" \
		igdrom check bad.rom
}

unpackable "cut short" 0 "40 00 00 00"
unpackable "larger than the image" 0 "00 ff ff ff"
unpackable "larger than any ROM, when unpacked" 4 "00 00 00 7f"
unpackable "nothing, when unpacked" 4 "00 00 00 00"
igdrom pack -o rom build/igd.rom
compressed 1024
ok "compressed: lpc-id cannot be written into it" refused \
	"igdrom: --lpc-id: 0 of these are the driver of vfio-pci-igd, expected 1: pack igd.rom, once" \
	igdrom pack --lpc-id host -o bad.rom rom

# Hostile input: no sanitizer finds anything

igdrom pack -d 4680 --lpc-id host -o good.rom build/igd-legacy.bin build/igd.efi \
	gop.efi
size=$(stat -c %s good.rom)
# Both images' headers, and of the first executable the DOS header's pointer,
# the COFF header, the optional header's certificates, and the first section
mz=$((1024 + $(od -An -tu2 -j $((1024 + 0x16)) -N 2 good.rom)))
pe=$((mz + $(od -An -tu4 -j $((mz + 60)) -N 4 good.rom)))
mutants $(seq 0 55) $(seq 1024 1079) \
	$(seq $((mz + 60)) $((mz + 63))) $(seq $pe $((pe + 24))) \
	$(seq $((pe + 24 + 144)) $((pe + 24 + 151))) \
	$(seq $((pe + 24 + 240 + 16)) $((pe + 24 + 240 + 24)))
ok "hostile: print" survives 1 igdrom print mutants/*.rom
ok "hostile: check" survives 1 igdrom check -d 4680 mutants/*.rom
ok "hostile: pack" survives_packing

echo "1..$count"
echo "# Totals: pass:$((count - failed)) fail:$failed xfail:0 xpass:0 skip:0 error:0"
[ $failed -eq 0 ]
