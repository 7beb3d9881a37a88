# SPDX-License-Identifier: GPL-2.0-only
# UHD Graphics 630 (8086:9bc8), Comet Lake-S, on a mainboard with 1849:9bc8
#
# Made up, from Intel's datasheet of the 10th generation (volume 2, processor
# graphics registers), from i915 and from the configuration that people use for
# this device. No dump of a real one was at hand.

name UHD Graphics 630, Comet Lake-S
generation 9

00: 86 80 c8 9b 06 04 10 00 05 00 00 03 00 00 00 00
10: 04 00 00 ee 00 00 00 00 0c 00 00 d0 00 00 00 00
20: 01 f0 00 00 00 00 00 00 00 00 00 00 49 18 c8 9b
30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 01 00 00
40: 09 70 0c 01 71 26 60 e2 c8 00 04 84 00 00 00 00
50: c1 02 00 00 39 00 00 00 00 00 00 00 01 00 00 7c
60: 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 10 ac 92 00 00 80 00 10 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
a0: 00 00 00 00 00 00 00 00 00 00 00 00 05 d0 00 00
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
d0: 01 00 22 00 00 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 00 00 00 00 00 00 00 00 00 00 00 00 18 e0 63 77

include config.inc
lockable 0x5c 4				# BDSM

bar 0 mem64 16M
bar 2 pref64 256M
bar 4 io 64
gtt 8M 8M

stolen 0x7c000000 64M
gtt-stolen 0x7b800000 8M
reserved 0x7ff00000 1M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 4 0x5c			# BDSM
fixed 0x108100 4 0x7b800001		# GSMBASE
fixed 0x1082c0 4 0x7ff00001		# STOLEN_RESERVED: from here to the top

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
vbt absolute 0x77634018 7168 221
output dp B
output hdmi C

# As Cannon Point has its pins
ddc B 1 1
ddc C 2 2
monitor C
