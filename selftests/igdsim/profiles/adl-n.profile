# SPDX-License-Identifier: GPL-2.0-only
# UHD Graphics (8086:46d1), Alder Lake-N, in a machine with an N100
#
# Made up, from i915, from the lspci -v of a real one, which shows device,
# revision 0 and BARs, and from the dump of the Alder Lake-S in uhd770.profile.
#
# Stolen memory: 60 MiB.

name UHD Graphics, Alder Lake-N
generation 12

00: 86 80 d1 46 07 00 10 00 00 00 00 03 00 00 00 00
10: 04 00 00 00 60 00 00 00 0c 00 00 00 40 00 00 00
20: 01 40 00 00 00 00 00 00 00 00 00 00 86 80 70 72
30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 01 00 00
40: 09 70 0c 01 00 00 00 00 00 00 00 00 00 00 00 00
50: c1 fe 00 00 39 80 00 00 00 00 00 00 00 00 00 00
60: 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 10 ac 92 00 00 80 00 10 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
a0: 00 00 00 00 00 00 00 00 00 00 00 00 05 d0 00 01
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 01 00 40 7c 00 00 00 00 01 00 d9 fe 00 00 00 00
d0: 01 00 22 00 00 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 87 00 e0 7f 00 00 00 00 00 00 00 00 18 40 96 7a

include config.inc
lockable 0xc0 8				# BDSM

bar 0 mem64 16M
bar 2 pref64 256M
bar 4 io 64
gtt 8M 8M

stolen 0x7c400000 60M
gtt-stolen 0x7bc00000 8M
reserved 0x7fe00000 2M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 8 0xc0			# BDSM
fixed 0x108100 8 0x7bc00001		# GSMBASE
mirror 0x1082c0 8 0xf0			# STOLEN_RESERVED

include gen12-gt.inc
include gen12-display.inc
include scanout-display13.inc
include mchbar-gen12.inc

# Fuses: one slice, decoder 0, enhancer 0
register 0x9138 4 0x1
register 0x913c 4 0x3
register 0x9140 4 0x000e00fe

opregion 2.1 0x1f
vbt relative 0x2000 8704 249
output dp A
output hdmi B
