# SPDX-License-Identifier: GPL-2.0-only
# UHD Graphics (8086:4e61), Jasper Lake
#
# Made up, from i915 and from the lspci -v of a real one
# (github.com/Upinel/PVE-Intel-vGPU, issue 14), which shows device, BARs and the
# list of capabilities. What is at 0xc8 and 0xf0 on gen 11 nobody has published:
# both are 0 here, and STOLEN_RESERVED is in BAR 0 alone.
#
# Stolen memory: 64 MiB. Reserved: 4 MiB.

name UHD Graphics, Jasper Lake
generation 11

00: 86 80 61 4e 07 00 10 00 01 00 00 03 00 00 00 00
10: 04 00 00 3d 60 00 00 00 0c 00 00 00 40 00 00 00
20: 01 40 00 00 00 00 00 00 00 00 00 00 86 80 12 22
30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 01 00 00
40: 09 70 0c 01 00 00 00 00 00 00 00 00 00 00 00 00
50: c1 02 00 00 39 80 00 00 00 00 00 00 00 00 00 00
60: 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 10 ac 92 00 00 80 00 10 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
a0: 00 00 00 00 00 00 00 00 00 00 00 00 05 d0 00 00
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 01 00 00 7c 00 00 00 00 00 00 00 00 00 00 00 00
d0: 01 00 22 00 00 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 00 00 00 00 00 00 00 00 00 00 00 00 18 40 56 7a

include config.inc
lockable 0xc0 8				# BDSM

bar 0 mem64 16M
bar 2 pref64 256M
bar 4 io 64
gtt 8M 8M

stolen 0x7c000000 64M
gtt-stolen 0x7b800000 8M
reserved 0x7fc00000 4M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 8 0xc0			# BDSM
fixed 0x108100 8 0x7b800001		# GSMBASE
fixed 0x1082c0 8 0x7fc00107		# STOLEN_RESERVED: 4 MiB

include gen12-gt.inc
include gen12-display.inc
include scanout-gen11.inc
include mchbar-gen11.inc

# Fuses: one slice of four subslices, decoder 0, enhancer 0
register 0x9138 4 0x1
register 0x913c 4 0xf0
register 0x9140 4 0x000e00fe

opregion 2.1 0x1f
vbt relative 0x2000 8704 229
output dp A
output hdmi B
