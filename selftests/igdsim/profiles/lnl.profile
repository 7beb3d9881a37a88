# SPDX-License-Identifier: GPL-2.0-only
# Arc 140V (8086:64a0), Lunar Lake, in an HP (103c:8d84)
#
# Made up, from xe, from the lspci -v of a real one
# (github.com/intel/compute-runtime, issue 875), which shows device, revision,
# subsystem, BARs, the absence of INTx and the first two capabilities, and from
# a dump of DG2 (the other capabilities, and that configuration space has
# STOLEN_RESERVED at 0xf0). Stolen memory lies behind BAR 2, the GTT's at 0 and
# the rest at 8 MiB; the addresses in 0x1080c0, 0x108100 and STOLEN_RESERVED are
# the host's own.

name Arc 140V, Lunar Lake
generation 20.04

00: 86 80 a0 64 06 00 10 00 04 00 00 03 00 00 00 00
10: 0c 00 00 12 30 00 00 00 0c 00 00 00 20 00 00 00
20: 00 00 00 00 00 00 00 00 00 00 00 00 3c 10 84 8d
30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 00 00 00
40: 09 70 0c 01 00 00 00 00 00 00 00 00 00 00 00 00
50: c1 02 00 00 39 80 00 00 00 00 00 00 00 00 00 00
60: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 10 ac 92 00 01 80 00 10 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
a0: 00 00 00 00 00 00 00 00 00 00 00 00 05 d0 80 01
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
d0: 01 00 03 48 08 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 87 01 80 7f 00 00 00 00 00 00 00 00 18 40 56 7a

include config.inc

bar 0 pref64 16M
bar 2 pref64 256M
gtt 8M 8M

stolen 0x7c000000 64M
gtt-stolen 0x7b800000 8M
reserved 0x7f800000 8M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
fixed 0x1080c0 8 0x7c000001		# BDSM
fixed 0x108100 8 0x7b800001		# GSMBASE
mirror 0x1082c0 8 0xf0			# STOLEN_RESERVED

# Which versions of graphics, media and display it has: 20.04, 20.00, 20.00
fixed 0x0d8c 4 0x05010004
fixed 0x380d8c 4 0x05000004
fixed 0x510a0 4 0x05000000

# Stolen memory can be reached by its physical address, too
fixed 0x138914 4 0x1

include xelpg-gt.inc
include gen12-display.inc
include scanout-display14.inc

opregion 2.1 0x1f
vbt relative 0x2000 8704 259
output dp A
output hdmi B
