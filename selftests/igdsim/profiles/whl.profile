# SPDX-License-Identifier: GPL-2.0-only
# UHD Graphics 620 (8086:3ea0), Whiskey Lake, in a Dell (1028:0920)
#
# Configuration space: what a real one printed with pci=earlydump, before any
# driver, as it is. GSMBASE and STOLEN_RESERVED: BGSM and PAVPC of the host
# bridge in the same log.
#
# OpRegion, VBT and what drivers wait for: made up.

name UHD Graphics 620, Whiskey Lake
generation 9

00: 86 80 a0 3e 07 00 10 00 02 00 00 03 00 00 00 00
10: 04 00 00 c0 00 00 00 00 0c 00 00 b0 00 00 00 00
20: 01 40 00 00 00 00 00 00 00 00 00 00 28 10 20 09
30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 01 00 00
40: 09 70 0c 01 c1 60 61 7a 8c 80 11 94 00 00 00 00
50: c1 02 00 00 b1 80 00 00 00 00 00 00 01 00 80 8b
60: 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 10 ac 92 00 00 80 00 10 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
a0: 00 00 00 00 00 00 00 00 00 00 00 00 05 d0 00 00
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
d0: 01 00 22 00 00 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 00 00 00 00 00 00 00 00 00 00 00 00 18 00 e1 88

include config.inc
lockable 0x5c 4				# BDSM

bar 0 mem64 16M
bar 2 pref64 256M
bar 4 io 64
gtt 8M 8M

stolen 0x8b800000 64M
gtt-stolen 0x8b000000 8M
reserved 0x8f700000 1M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 4 0x5c			# BDSM
fixed 0x108100 4 0x8b000001		# GSMBASE
fixed 0x1082c0 4 0x8f700047		# STOLEN_RESERVED: from here to the top

include gen9-gt.inc
include gen9-display.inc
include scanout-gen9.inc
include outputs-gen9.inc
include mchbar-hsw.inc

# Fuses: GT2, one slice of three subslices. 24 MHz crystal.
register 0x9120 4 0x02800000
register 0x0d00 4 0x8

# Memory as the host bridge shows it: one DIMM of 8 GiB in each channel
register 0x14500c 4 0x8
register 0x145010 4 0x8

opregion 2.0 0x1f
vbt mailbox 0 6144 212
output dp B
output hdmi C
