# SPDX-License-Identifier: GPL-2.0-only
# HD Graphics 4600 (8086:0416), Haswell
#
# Made up, from i915, from the header of a real Haswell (8086:0a16), and from
# the capabilities that Ivy Bridge and Broadwell have in common. No dump of what
# follows the header was at hand.
#
# STOLEN_RESERVED is the smallest that gen 7 has, 256 KiB, and therefore not at
# a multiple of 1 MiB.

name HD Graphics 4600, Haswell
generation 7

00: 86 80 16 04 07 04 90 00 06 00 00 03 00 00 00 00
10: 04 00 00 f0 00 00 00 00 0c 00 00 e0 00 00 00 00
20: 01 30 00 00 00 00 00 00 00 00 00 00 aa 17 10 22
30: 00 00 00 00 90 00 00 00 00 00 00 00 0b 01 00 00
40: 09 00 0c 01 00 00 00 00 00 00 00 00 00 00 00 00
50: 19 02 00 00 11 00 00 00 00 00 00 00 01 00 00 98
60: 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 05 d0 00 00 00 00 00 00 00 00 00 00 00 00 00 00
a0: 00 00 00 00 13 00 06 03 00 00 00 00 00 00 00 00
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
d0: 01 a4 22 00 00 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 00 00 00 00 00 00 00 00 00 00 00 00 18 60 ef 96

include config.inc
lockable 0x5c 4				# BDSM

bar 0 mem64 4M
bar 2 pref64 256M
bar 4 io 64
gtt 2M 2M
gtt-bits 39

stolen 0x98000000 96M
gtt-stolen 0x97e00000 2M
reserved 0x9dfc0000 256K

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 4 0x5c			# BDSM
fixed 0x108100 4 0x97e00001		# GSMBASE
fixed 0x1082c0 4 0x9dfc0027		# STOLEN_RESERVED: 256 KiB

# Forcewake
masked 0xa188
follow 0xa188 0xffff 0x130044 0xffff

include gen6-gt.inc
include hsw-display.inc
include outputs-ivb.inc
include outputs-ddi.inc
include scanout-hsw.inc
include mchbar-hsw.inc

opregion 2.0 0x1f
vbt mailbox 0 5632 176
output dp B
output hdmi C

ddc B 5 5
ddc C 4 4
monitor C
