#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# igdctl rom extract and build, on firmware that ./volume makes: plain, compressed,
# nested, cut short, hostile; and none of it anybody's. ROM is the package's.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

firmware=$(cd "$here/../../firmware" && pwd)

# driver NAME DEFINES: an EFI driver that has what a GOP is known by
driver()
{
	cat >"$1.c" <<-'END'
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
		const __u16 name[] = u"Test GOP Driver [17.0.1061]";
		const __u16 table[] = { IDS };
		efi_status_t efi_main(void);
		efi_status_t efi_main(void) { return EFI_SUCCESS; }
	END
	make -s -C "$firmware" OUT="$work/build" standin SOURCES="$work/$1.c" \
		NAME="$work/$1.efi" DEFINES="$2"
}

alder=-DIDS=0x4680,0x4682,0x4688,0x468a,0x4690
comet=-DIDS=0x9bc2,0x9bc4,0x9bc5,0x9bc8
driver gop "$alder" >&2
driver gop-other "$comet" >&2
driver policy "$alder -DPOLICY_ALONE" >&2
"$IGDSIM" --opregion opregion "$profiles/uhd770.profile"
# The OpRegion begins 0x18 into its page
tail -c +$((0x18 + 0x2000 + 1)) opregion | head -c 8704 >vbt.bin
head -c 3000 /dev/urandom >other.bin

size=$(stat -c %s gop.efi)
is_here="GOP, [17.0.1061], for 4680,4682,4688,468a,4690; for this machine"

# found LINES OPTIONS-OF-VOLUME FILES: extract says just these lines, and the files
# that it wrote are the ones that went in
found()
{
	local lines=$1

	rm -rf out
	# shellcheck disable=SC2086
	"$here/volume" $2 image "${@:3}"
	"$IGDCTL" rom extract -d 4680 -o out image >said
	cat said
	printf '%s\n' "$lines" | cmp - said
	cmp gop.efi out/gop-1.efi
	[ ! -e vbt.bin ] || [ ! -e out/vbt-1.bin ] || cmp vbt.bin out/vbt-1.bin
	none ls -d /tmp/igdctl-??????
}
# GOPs come first
both="out/gop-1.efi: $size bytes, $is_here
out/vbt-1.bin: 8704 bytes, VBT, version 249"
for kind in "" --lzma --efi --tiano --guided; do
	for nested in "" --nested; do
		ok "extract: a volume ${kind:-as it is} $nested" found "$both" \
			"$kind $nested" other.bin policy.efi gop.efi vbt.bin
	done
done
# What is packed must not be readable as it is, or these tests would say nothing
is_packed()
{
	local kind

	"$here/volume" image gop.efi vbt.bin
	grep -c -a -F "\$VBT" image
	for kind in --lzma --efi --tiano --guided; do
		"$here/volume" $kind image gop.efi vbt.bin
		none grep -a -F "\$VBT" image
	done
}
ok "extract: a packed volume is packed" is_packed
ok "extract: two GOPs, one of them twice" found \
	"out/gop-1.efi: $size bytes, $is_here
out/gop-2.efi: $(stat -c %s gop-other.efi) bytes, GOP, [17.0.1061], for 9bc2,9bc4,9bc5,9bc8; not for this machine" \
	--lzma gop.efi gop-other.efi gop.efi

# wrong STATUS SENTENCE COMMAND...
wrong()
{
	local status=0

	"${@:3}" >printed 2>said || status=$?
	cat said
	[ $status -eq "$1" ]
	[ "$(cat said)" = "$2" ]
}
"$here/volume" --lzma none other.bin policy.efi
ok "extract: no GOP" wrong 1 \
	"igdctl rom: none has no GOP of Intel's in it: is it the firmware of a board with Intel graphics?" \
	"$IGDCTL" rom extract -o out none
# damaged KIND PERL: the packed data, behind a header of two sizes, is $packed bytes long
# and begins at $at
damaged()
{
	"$here/volume" "--$1" bad gop.efi vbt.bin
	# shellcheck disable=SC2016
	perl -e '
		my ($change) = @ARGV;
		local $/;
		open my $in, "<:raw", "bad";
		our $data = <$in>;
		# The volume, a file, its section: of compression, or by GUID
		our $at = 0x48 + 24;
		$at += ord(substr $data, $at + 3, 1) == 1 ? 9 : 24;
		our $packed = unpack "L<", substr $data, $at, 4;
		die "no header" if $packed < 1000 || $packed > length $data;
		eval "$change; 1" or die $@;
		open my $out, ">:raw", "bad";
		print $out $data;' "$2"
}
for kind in efi tiano guided; do
	while IFS='|' read -r name change; do
		damaged $kind "$change"
		ok "extract: --$kind, $name" wrong 1 \
			"igdctl rom: bad has no GOP of Intel's in it: is it the firmware of a board with Intel graphics?" \
			timeout 60 "$IGDCTL" rom extract -o out bad
	done <<-'END'
		more packed than there is|substr $data, $at, 4, "\xff\xff\xff\x7f"
		nothing packed|substr $data, $at, 4, "\0\0\0\0"
		2 GiB when unpacked|substr $data, $at + 4, 4, "\xff\xff\xff\x7f"
		nothing when unpacked|substr $data, $at + 4, 4, "\0\0\0\0"
		a code that is none|substr $data, $at + 10, 8, "\xff" x 8
		only zeros|substr $data, $at + 8, $packed, "\0" x $packed
		cut short|$data = substr $data, 0, $at + 8 + $packed / 2
	END
done
head -c 100000 /dev/urandom >noise
unknown="igdctl rom: UEFIExtract finds no firmware in noise: is it unpacked (no .zip, .exe), and not encrypted?"
not_firmware()
{
	"$IGDCTL" rom extract -o out noise >printed 2>said && return 1
	cat said
	grep -qxF -e "$unknown" -e "igdctl rom: noise has no GOP of Intel's in it: is it the firmware of a board with Intel graphics?" said
	[ "$(wc -l <said)" = 1 ]
}
ok "extract: no firmware" not_firmware
ok "extract: no such file" refused \
	"igdctl rom: missing cannot be read: No such file or directory" \
	"$IGDCTL" rom extract -o out missing
mkdir none-there
ln -s "$(command -v rm)" none-there/rm
ok "extract: without UEFIExtract" refused \
	"igdctl rom: UEFIExtract is not here, which takes firmware apart: apt install uefitool-cli" \
	env PATH="$work/none-there" "$IGDCTL" rom extract -o out none

# build: extracts, packs, checks and writes

"$here/volume" --lzma image other.bin gop-other.efi gop.efi vbt.bin
builds()
{
	"$IGDCTL" rom build -d 4680 --base "$ROM" --lpc-id host -o 8086-4680.rom image
	"$IGDCTL" rom check -d 4680 8086-4680.rom
	"$IGDCTL" rom print 8086-4680.rom >printed
	cat printed
	grep -qx "  the driver of vfio-pci-igd, LPC option: host" printed
	grep -q "^  a GOP, Intel's display driver: for 4680,4682," printed
	none grep 9bc8 printed
}
ok "build: the GOP for the device, behind ours" builds
rm -f rom
ok "build: none for the device" wrong 1 \
	"igdctl rom: of 2 GOPs in it none is for 5917: take the firmware of this machine's own board; --force packs the first all the same" \
	"$IGDCTL" rom build -d 5917 --base "$ROM" -o rom image
ok "and nothing is written" test ! -e rom
forced()
{
	"$IGDCTL" rom build -d 5917 --force --base "$ROM" -o rom image 2>said
	cat said
	grep -q 'this GOP has [45] device IDs, and 5917 is not among them' said
	"$IGDCTL" rom check -d 5917 rom
}
ok "build: forced, with a warning" forced
ok "build: no ROM of the package" refused \
	"igdctl rom: no.rom cannot be read: No such file or directory (install the package, or name another with --base)" \
	"$IGDCTL" rom build -d 4680 --base no.rom -o rom image
ok "build: no file" refused "igdctl rom: build: wants one file of firmware" \
	"$IGDCTL" rom build -d 4680
cannot_write()
{
	local status=0

	"$IGDCTL" rom build -d 4680 --base "$ROM" -o /none/rom image 2>said || status=$?
	cat said
	[ $status -eq 2 ]
	grep -qxF "igdctl rom: cannot create /none/rom: No such file or directory" said
}
ok "build: where it cannot write" cannot_write

# Hostile: cut short, and bytes changed; igdctl ends as it should, and leaves nothing

survives()
{
	local n status kinds=("" --lzma --efi --tiano --guided)

	for n in $(seq 0 79); do
		# shellcheck disable=SC2086
		"$here/volume" ${kinds[n % 5]} good other.bin gop.efi vbt.bin
		perl -e '
			my ($n, $mode) = @ARGV;
			srand $n;
			local $/;
			open my $in, "<:raw", "good";
			my $data = <$in>;
			$data = substr $data, 0, int(rand(length $data)) if $n % 4 == 0;
			for (1 .. 1 + $n) {
				my $range = $n % 2 ? 0x100 : length $data;
				substr($data, int(rand($range)), 1) = chr(int(rand(256)))
					if length $data;
			}
			open my $out, ">:raw", "bad";
			print $out $data;' "$n"
		status=0
		timeout 60 "$IGDCTL" rom extract -d 4680 -o out bad >said 2>&1 || status=$?
		[ $status -le 2 ] || { echo "$n: $status"; cat said; return 1; }
	done
	none ls -d /tmp/igdctl-??????
}
ok "hostile: volumes" survives

# Firmware on which UEFIExtract takes all memory, or runs for ever
stub uefiextract <<'END'
#!/usr/bin/perl
my $all = '';
$all .= 'x' x (1 << 20) while length $all < 3 << 30;
sleep 1000;
END
ended="igdctl rom: UEFIExtract did not come to an end with image: is it damaged?"
memory_has_a_limit()
{
	local status=0

	timeout 60 "$IGDCTL" rom extract -o out image >said 2>&1 || status=$?
	cat said
	[ $status -eq 2 ]
	# perl says 'Out of memory' and ends, or a signal ends it
	grep -qxF -e "$ended" -e "${unknown//noise/image}" said
	none ls -d /tmp/igdctl-??????
}
ok "hostile: memory has a limit" memory_has_a_limit
stub uefiextract <<'END'
#!/bin/sh
ulimit -t >limits
ulimit -v >>limits
kill -XCPU $$
END
ok "hostile: what has used up its time" refused "$ended" "$IGDCTL" rom extract -o out image
ok "hostile: and that is a minute, and 1 GiB" test "$(tr '\n' ' ' <limits)" = "60 1048576 "

# What UEFIExtract has taken out is hostile, too
stub uefiextract <<'END'
#!/bin/sh
mkdir "$1.dump" && cp mutant "$1.dump/body.bin"
END
survives_parts()
{
	local n status

	cat gop.efi vbt.bin >parts
	for n in $(seq 0 199); do
		perl -e '
			my ($n) = @ARGV;
			srand $n;
			local $/;
			open my $in, "<:raw", "parts";
			my $data = <$in>;
			my $vbt = length($data) - 8704;
			substr($data, $n % 2 ? int(rand(0x200)) : $vbt + int(rand(0x60)), 1) =
				chr(int(rand(256))) for 1 .. 3;
			$data = substr $data, 0, int(rand(length $data)) if $n % 3 == 0;
			open my $out, ">:raw", "mutant";
			print $out $data;' "$n"
		status=0
		"$IGDCTL" rom extract -d 4680 -o out image >said 2>&1 || status=$?
		[ $status -le 1 ] || { cat said; return 1; }
	done
}
ok "hostile: parts" survives_parts
done_testing
