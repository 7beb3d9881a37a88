# SPDX-License-Identifier: GPL-2.0-only
# UHD Graphics 770 (8086:4680), Alder Lake-S
#
# Configuration space: lspci -s 00:02.0 -xxx of a Core i7-12700K with i915 bound
# and asleep, as it is. BAR sizes: the same machine. Where the GTT's own stolen
# memory lies, the fuses, and what is in OpRegion and VBT: made up, from what i915
# and Intel's documents allow.

name UHD Graphics 770, Alder Lake-S
generation 12

00: 86 80 80 46 00 04 10 00 0c 00 00 03 10 00 00 00
10: 04 00 00 fd 60 00 00 00 0c 00 00 00 40 00 00 00
20: 01 50 00 00 00 00 00 00 00 00 00 00 43 10 94 86
30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 01 00 00
40: 09 70 0c 01 0c 00 00 00 00 00 00 00 00 00 00 00
50: c1 01 00 00 39 40 00 00 00 00 00 00 00 00 00 00
60: 00 00 01 00 00 00 00 00 00 00 00 00 01 00 00 00
70: 10 ac 92 00 00 80 00 10 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
a0: 00 00 00 00 00 00 00 00 00 00 00 00 05 d0 00 01
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 01 00 80 7e 00 00 00 00 01 00 d9 fe 00 00 00 00
d0: 01 00 22 00 03 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 87 00 60 80 00 00 00 00 00 00 00 00 18 40 63 76

# Extended configuration space, made up: a vendor's own capability, twice, which
# vfio-pci-core hands through
100: 0b 00 01 20 42 80 01 02 00 00 00 00 00 00 00 00
110: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
200: 23 00 01 00 86 80 81 01 01 00 00 00 00 00 00 00
210: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00

include config.inc
lockable 0xc0 8				# BDSM

bar 0 mem64 16M
bar 2 pref64 256M
bar 4 io 64
gtt 8M 8M

stolen 0x7e800000 32M
gtt-stolen 0x7e000000 8M
reserved 0x80600000 2M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 8 0xc0			# BDSM
fixed 0x108100 8 0x7e000001		# GSMBASE
mirror 0x1082c0 8 0xf0			# STOLEN_RESERVED

include gen12-gt.inc
include gen12-display.inc
include scanout-adl-s.inc
include mchbar-gen12.inc

# Fuses: one slice, two pairs of subslices, decoders 0 and 2, enhancer 0
register 0x9138 4 0x1
register 0x913c 4 0x3
register 0x9140 4 0x000e00fa

opregion 2.1 0x1f
vbt relative 0x2000 8704 249
output dp A
output hdmi B

# The VBT's port B is the first of those that Alder Lake-S calls Type C (TC1), and
# which have no more of that than the name and where their registers are
ddc A 1 1
ddc B 2 9
aux B 0x64310 0x44440 0x00000100
hotplug B 0xc4000 0x01000000 0xc4034 0x00000008 0x00000002
monitor A
