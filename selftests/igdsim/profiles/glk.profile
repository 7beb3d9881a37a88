# SPDX-License-Identifier: GPL-2.0-only
# UHD Graphics 600 (8086:3185), Gemini Lake, in an ASUS (1043:1df2)
#
# Made up, from i915 and from the lspci -v of a real one, which shows device,
# revision and BARs. Capabilities are those that all of gen 9 shares.
#
# Stolen memory: 60 MiB. Reserved: 8 MiB, the largest.

name UHD Graphics 600, Gemini Lake
generation 9

00: 86 80 85 31 07 00 10 00 06 00 00 03 00 00 00 00
10: 04 00 00 a0 00 00 00 00 0c 00 00 90 00 00 00 00
20: 01 f0 00 00 00 00 00 00 00 00 00 00 43 10 f2 1d
30: 00 00 00 00 40 00 00 00 00 00 00 00 ff 01 00 00
40: 09 70 0c 01 00 00 00 00 00 00 00 00 00 00 00 00
50: c1 fe 00 00 31 00 00 00 00 00 00 00 01 00 40 7c
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

stolen 0x7c400000 60M
gtt-stolen 0x7bc00000 8M
reserved 0x7f800000 8M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 4 0x5c			# BDSM
fixed 0x108100 4 0x7bc00001		# GSMBASE
fixed 0x1082c0 4 0x7f800187		# STOLEN_RESERVED: 8 MiB

# RC6_LOCATION and RC6_CTX_BASE: the context is in what is reserved
fixed 0xd40 4 0x1
fixed 0xd48 4 0x7f801000

include gen9-gt.inc
include bxt-display.inc
include scanout-glk.inc
include mchbar-hsw.inc

# Fuses: one slice of two subslices
register 0x9120 4 0x02000000

opregion 2.0 0x1f
vbt mailbox 0 6144 213
output dp B
output hdmi C
