# SPDX-License-Identifier: GPL-2.0-only
# HD Graphics 530 (8086:1912), Skylake-S, in a Lenovo (17aa:30be)
#
# Made up, from i915, from Intel's data sheet of the 7th generation (volume 2),
# whose registers are the same, and from the lspci -v of a real one, which shows
# device, BARs and the list of capabilities.
#
# Stolen memory: 32 MiB, said with code 0xf7 of the 4 MiB steps.

name HD Graphics 530, Skylake-S
generation 9

00: 86 80 12 19 07 00 10 00 06 00 00 03 00 00 00 00
10: 04 00 00 de 00 00 00 00 0c 00 00 c0 00 00 00 00
20: 01 f0 00 00 00 00 00 00 00 00 00 00 aa 17 be 30
30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 01 00 00
40: 09 70 0c 01 00 00 00 00 00 00 00 00 00 00 00 00
50: c1 f7 00 00 39 00 00 00 00 00 00 00 01 00 80 8d
60: 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 10 ac 92 00 00 80 00 10 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
a0: 00 00 00 00 00 00 00 00 00 00 00 00 05 d0 00 00
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
d0: 01 00 22 00 00 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 00 00 00 00 00 00 00 00 00 00 00 00 18 10 9e 8a

include config.inc
lockable 0x5c 4				# BDSM

bar 0 mem64 16M
bar 2 pref64 256M
bar 4 io 64
gtt 8M 8M

stolen 0x8d800000 32M
gtt-stolen 0x8d000000 8M
reserved 0x8f700000 1M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 4 0x5c			# BDSM
fixed 0x108100 4 0x8d000001		# GSMBASE
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
vbt mailbox 0 6144 205
output dp B
output hdmi C
