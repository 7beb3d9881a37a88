# SPDX-License-Identifier: GPL-2.0-only
# HD Graphics 500 (8086:5a85), Apollo Lake (Broxton)
#
# Made up, from i915 and from the layout that all of gen 9 shares. No dump of a
# real one was at hand.

name HD Graphics 500, Apollo Lake (Broxton)
generation 9

00: 86 80 85 5a 07 00 10 00 0b 00 00 03 00 00 00 00
10: 04 00 00 a0 00 00 00 00 0c 00 00 90 00 00 00 00
20: 01 f0 00 00 00 00 00 00 00 00 00 00 86 80 12 22
30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 01 00 00
40: 09 70 0c 01 00 00 00 00 00 00 00 00 00 00 00 00
50: c1 02 00 00 31 00 00 00 00 00 00 00 01 00 00 7c
60: 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 10 ac 92 00 00 80 00 10 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
a0: 00 00 00 00 00 00 00 00 00 00 00 00 05 d0 00 00
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
d0: 01 00 22 00 00 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 00 00 00 00 00 00 00 00 00 00 00 00 18 a0 90 79

include config.inc
lockable 0x5c 4				# BDSM

bar 0 mem64 16M
bar 2 pref64 256M
bar 4 io 64
gtt 8M 8M

stolen 0x7c000000 64M
gtt-stolen 0x7b800000 8M
reserved 0x7fc00000 4M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 4 0x5c			# BDSM
fixed 0x108100 4 0x7b800001		# GSMBASE
fixed 0x1082c0 4 0x7fc00107		# STOLEN_RESERVED: 4 MiB

# RC6_LOCATION and RC6_CTX_BASE: the context is in what is reserved
fixed 0xd40 4 0x1
fixed 0xd48 4 0x7fc01000

include gen9-gt.inc
include bxt-display.inc
include scanout-gen9.inc
include mchbar-hsw.inc

# Fuses: one slice of two subslices
register 0x9120 4 0x02000000

opregion 2.0 0x1f
vbt mailbox 0 6144 207
output dp B
output hdmi C
