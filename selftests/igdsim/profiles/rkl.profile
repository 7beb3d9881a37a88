# SPDX-License-Identifier: GPL-2.0-only
# UHD Graphics 750 (8086:4c8a), Rocket Lake, on a Gigabyte board (1458:d000)
#
# Made up, from i915, from the lspci -v of a real one
# (github.com/strongtz/i915-sriov-dkms, issue 27), which shows device, revision,
# BARs and the list of capabilities, and from the dump of the Alder Lake-S in
# uhd770.profile.

name UHD Graphics 750, Rocket Lake
generation 12

00: 86 80 8a 4c 07 00 10 00 04 00 00 03 00 00 00 00
10: 04 00 00 12 60 00 00 00 0c 00 00 00 40 00 00 00
20: 01 40 00 00 00 00 00 00 00 00 00 00 58 14 00 d0
30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 01 00 00
40: 09 70 0c 01 00 00 00 00 00 00 00 00 00 00 00 00
50: c1 02 00 00 39 80 00 00 00 00 00 00 00 00 00 00
60: 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 10 ac 92 00 00 80 00 10 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
a0: 00 00 00 00 00 00 00 00 00 00 00 00 05 d0 00 01
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 01 00 80 8b 00 00 00 00 01 00 d9 fe 00 00 00 00
d0: 01 00 22 00 00 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 87 00 60 8f 00 00 00 00 00 00 00 00 18 40 d6 89

include config.inc
lockable 0xc0 8				# BDSM

bar 0 mem64 16M
bar 2 pref64 256M
bar 4 io 64
gtt 8M 8M

stolen 0x8b800000 64M
gtt-stolen 0x8b000000 8M
reserved 0x8f600000 2M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 8 0xc0			# BDSM
fixed 0x108100 8 0x8b000001		# GSMBASE
mirror 0x1082c0 8 0xf0			# STOLEN_RESERVED

include gen12-gt.inc
include gen12-display.inc
include scanout-rkl.inc
include mchbar-gen11.inc

# Fuses: one slice, decoders 0 and 2, enhancer 0
register 0x9138 4 0x1
register 0x913c 4 0x3
register 0x9140 4 0x000e00fa

opregion 2.1 0x1f
vbt relative 0x2000 8704 237
output dp A
output hdmi B
