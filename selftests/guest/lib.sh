# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
# What the scripts in the virtual host share that have a guest: its kernel's command
# line, KVM, and what it has left in the folder $out, as key=value lines (see ./boot);
# $firmware is the one that it had. With vhost/inside.sh before it.

# On one line, as an EFI kernel reads no further. nokaslr: an address in a dump is one
# of System.map.
GUEST_WORDS="console=ttyS0 loglevel=4 panic=-1 iomem=relaxed mitigations=off"
GUEST_WORDS+=" log_buf_len=8M nokaslr drm.debug=0x6"

# with_kvm: KVM, and what mends TCG's interrupts for it (vhost/tcg-svm)
with_kvm()
{
	modprobe kvm_amd
	[ -n "${WITHOUT_TCG_SVM-}" ] || [ -e /sys/module/tcg_svm ] ||
		insmod "${TCG_SVM-/build/tcg-svm/$(uname -r)/tcg_svm.ko}"
	echo 0 >/sys/module/kvm/parameters/halt_poll_ns
	watch_resets
}

# A guest that is reset leaves nothing behind: of its exits those are kept by which the
# CPU gives up (a triple fault; AMD's manual, volume 2, VMEXIT_SHUTDOWN), and each
# exception that KVM gives it.
TRACE=/sys/kernel/tracing
watch_resets()
{
	mountpoint -q $TRACE || mount -t tracefs tracefs $TRACE
	# Somebody may have it all traced: selftests/stall
	grep -qx 0 $TRACE/events/kvm/kvm_exit/enable || return 0
	echo 'exit_reason == 0x7f' >$TRACE/events/kvm/kvm_exit/filter
	echo 1 | tee $TRACE/events/kvm/{kvm_exit,kvm_inj_exception}/enable >/dev/null
}

resets_seen()
{
	echo "What KVM has seen, triple faults (shutdown) and exceptions:"
	grep -v '^#' $TRACE/trace | tail -n 20
}

# What igdsim has of this machine
declare -A profile=()
while read -r key value; do
	profile[$key]=$value
done < <(igdsim_program --print all)
unset key value

# log_facts FILE: reads lines 'KEY PATTERN', and prints for each what the pattern's
# group has in the last line of the file that it fits; nothing where none does
log_facts()
{
	local key pattern script=h

	while read -r key pattern; do
		script+=";g;s~.*$pattern.*~$key=\\1~p"
	done
	sed -n "$script" "$1" | awk -F = '
		!($1 in value) { key[n++] = $1 }
		{ value[$1] = $0 }
		END { for (i = 0; i < n; i++) print value[key[i]] }'
}

driver_facts()
{
	log_facts "$out/dmesg" <<-'END'
		kernel.keeps_out Reserving Intel graphics memory at \[mem \(0x[0-9a-f]*-0x[0-9a-f]*\)\]
		xe.stolen_bytes Initialized stolen memory support with \([0-9]*\) bytes
		i915.gtt_mib GGTT size = \([0-9]*\)M
		i915.local stolen-local: .* \[mem \(0x[0-9a-f]*\)-.*, io: 
		i915.reserved_kib reserved for graphics device: \([0-9]*\)K
		i915.usable_kib reserved for graphics device.*usable: \([0-9]*\)K
		i915.stolen_reserved GEN6_STOLEN_RESERVED = \(0x[0-9a-f]*\)
		i915.outside Stolen reserved area \(.*\)
		i915.stolen_range stolen-system.*\[mem \(0x[0-9a-f]*-0x[0-9a-f]*\)\]
		i915.opregion graphic opregion physical addr: \(0x[0-9a-f]*\)
		i915.initialized Initialized i915 \([0-9.]*\)
		efifb.address efifb: framebuffer at \(0x[0-9a-f]*\),
		efifb.mode efifb: mode is \([0-9x]*\),
		efifb.given_up Console: switching to colour \(dummy device\)
	END
	# GuC's firmware is not free, so the guest has none. An update of a plane that took
	# ten times what i915 gives itself: the CPU stood still (lib/host.c).
	awk '/ i915 .*_dram_[a-z]* .*\] DRAM / {
			sub(/.*\] DRAM /, "DRAM ")
			dram = dram $0 " "
		}
		/Atomic update failure/ && match($0, / time [0-9]+ us/) &&
		substr($0, RSTART + 6) + 0 >= 1000 {
			stood_still++
			next
		}
		/\*ERROR\*/ && !/GuC firmware .*: fetch failed/ { errors++ }
		END {
			if (dram)
				print "i915.dram=" dram
			print "i915.cpu_stood_still=" stood_still + 0
			print "i915.errors=" errors + 0
		}' "$out/dmesg"
}

qemu_facts()
{
	log_facts "$out/qemu" <<-'END'
		qemu.opregion \(OpRegion detected.*\)
		qemu.legacy \([Ll][Ee][Gg][Aa][Cc][Yy] mode.*\)
		qemu.rom \(Device has no ROM.*\)
	END
}

rom_facts()
{
	log_facts "$out/ovmf.log" <<-'END'
		rom.stolen vfio-pci-igd: \(stolen memory .*\)
		rom.screen stand-in: screen of \(.*\)
		rom.lpc a driver behind ours sees LPC bridge \(0x[0-9a-f]*\)
	END
}

# differing OFFSET LENGTH IMAGE COPY: prints where the copy is not what the
# image has from OFFSET on, as cmp -l does
differing()
{
	tail -c +$(($1 + 1)) "$3" | head -c "$2" | { cmp -l - "$4" 2>&1 || true; }
}

# What of the OpRegion and VBT that the machine's firmware left is not what the
# guest has. A VBT that lies apart is brought along as OpRegion 2.1, so that the
# version, RVDA and RVDS may be others.
opregion_facts()
{
	local asls=${profile[asls]} page=${profile[opregion-page]}
	local rvda=${profile[rvda]} rvds=${profile[rvds]} vbt_page=${profile[vbt-page]}

	[ -e "$out/opregion" ] || return 0
	# Where a driver of the host's has written to it, that is what a guest gets
	if [ -n "${host_opregion-}" ]; then
		cp "$host_opregion" /run/opregion
	else
		igdsim_program --opregion /run/opregion
	fi

	echo "guest.opregion_differs=$(
		differing $((asls - page)) 8192 /run/opregion "$out/opregion" |
		awk '!($1 > 20 && $1 <= 24 || $1 > 954 && $1 <= 966)' | wc -l)"
	[ -n "$rvds" ] || return 0
	touch "$out/vbt"
	if [ -n "$vbt_page" ]; then
		igdsim_program --vbt /run/vbt
		differing $((rvda - vbt_page)) $((rvds)) /run/vbt "$out/vbt"
	else
		differing $((asls - page + rvda)) $((rvds)) /run/opregion "$out/vbt"
	fi | echo "guest.vbt_differs=$(wc -l)"
}

machine_facts()
{
	local key

	for key in "${!profile[@]}"; do
		echo "machine.$key=${profile[$key]}"
	done
	echo "boot.firmware=$firmware"
}

dma_faults()
{
	dmesg | grep -cE 'DMAR: \[.*fault' || true
}

writes_facts()
{
	igdsim writes config 0x40 0xff | sed '$d' >"$out/writes"
	beyond_capabilities <"$out/writes" >"$out/writes.beyond"
	echo "writes.beyond=$(wc -l <"$out/writes.beyond")"
	echo "writes.where=$(cut -d ' ' -f 3 "$out/writes.beyond" | sort -u | tr '\n' ' ')"
}
