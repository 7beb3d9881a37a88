# SPDX-License-Identifier: GPL-2.0-only
# HD Graphics 3000 (8086:0126), Sandy Bridge, in a ThinkPad (17aa:21d1)
#
# Configuration space: lspci -xxx of a real one, posted to the qemu-devel
# mailing list, as it is but for two addresses. BDSM and ASLS, and what follows
# from them, are 1 GiB lower than in the dump: the virtual host has no memory
# where they were.
#
# BAR sizes: the same post. Registers of BAR 0, OpRegion and VBT: made up,
# STOLEN_RESERVED as Ivy Bridge machines have it, in the last MiB, but with the
# smaller size of 512 KiB that only gen 6 can say.

name HD Graphics 3000, Sandy Bridge
generation 6

00: 86 80 26 01 07 04 90 00 09 00 00 03 00 00 00 00
10: 04 00 00 f0 00 00 00 00 0c 00 00 e0 00 00 00 00
20: 01 50 00 00 00 00 00 00 00 00 00 00 aa 17 d1 21
30: 00 00 00 00 90 00 00 00 00 00 00 00 0b 01 00 00
40: 09 00 0c 01 9d 21 00 e2 90 00 00 14 00 00 00 00
50: 11 02 00 00 11 00 00 00 00 00 00 00 01 00 a0 9b
60: 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 05 d0 01 00 18 00 e0 fe 00 00 00 00 00 00 00 00
a0: 00 00 00 00 13 00 06 03 00 00 00 00 00 00 00 00
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
d0: 01 a4 22 00 00 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 01 00 00 00 00 80 00 00 00 00 00 00
f0: 00 00 00 00 00 00 00 00 00 00 06 00 18 60 ef 9a

include config.inc
lockable 0x5c 4				# BDSM

bar 0 mem64 4M
bar 2 pref64 256M
bar 4 io 64
gtt 2M 2M

stolen 0x9ba00000 64M
gtt-stolen 0x9b800000 2M
reserved 0x9f900000 512K

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 4 0x5c			# BDSM
fixed 0x108100 4 0x9b800001		# GSMBASE
fixed 0x1082c0 4 0x9f900017		# STOLEN_RESERVED: 512 KiB

# Forcewake
follow 0xa18c 0x1 0x130090 0x1

include gen6-gt.inc
include gen6-display.inc
include outputs-snb.inc
include scanout-snb.inc
include mchbar-gen6.inc

opregion 2.0 0x1f
vbt mailbox 0 5120 155
output dp B
output hdmi C
