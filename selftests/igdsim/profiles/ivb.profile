# SPDX-License-Identifier: GPL-2.0-only
# HD Graphics 4000 (8086:0166), Ivy Bridge, in a Samsung NP350V5C (144d:c0d8)
#
# Configuration space: lspci -xxxx of a real one (logs/lspci.log of
# github.com/MrArtemSid/coreboot_np350v5c), as it is but for two addresses.
# GSMBASE and STOLEN_RESERVED: BGSM and PAVPC of the host bridge in the same
# log. All of these are 1 GiB lower than in the dump: the virtual host has no
# memory where they were.
#
# OpRegion, VBT and what drivers wait for: made up.

name HD Graphics 4000, Ivy Bridge
generation 7

00: 86 80 66 01 07 04 90 00 09 00 00 03 00 00 00 00
10: 04 00 c0 bf 00 00 00 00 0c 00 00 d0 00 00 00 00
20: 01 40 00 00 00 00 00 00 00 00 00 00 4d 14 d8 c0
30: 00 00 00 00 90 00 00 00 00 00 00 00 0b 01 00 00
40: 09 00 0c 01 9b 61 80 e2 d0 00 e0 14 00 00 00 00
50: 11 02 00 00 19 00 00 00 00 00 00 00 01 00 a0 7b
60: 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 05 d0 01 00 04 10 e0 fe 23 00 00 00 00 00 00 00
a0: 00 00 00 00 13 00 06 03 00 00 00 00 00 00 00 00
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
d0: 01 a4 22 00 00 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 00 00 00 00 00 00 00 00 00 00 09 00 18 30 0e 7a

include config.inc
lockable 0x5c 4				# BDSM

bar 0 mem64 4M
bar 2 pref64 256M
bar 4 io 64
gtt 2M 2M

stolen 0x7ba00000 64M
gtt-stolen 0x7b800000 2M
reserved 0x7f900000 1M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 4 0x5c			# BDSM
fixed 0x108100 4 0x7b800001		# GSMBASE
fixed 0x1082c0 4 0x7f900007		# STOLEN_RESERVED

# Forcewake, in its multi-threaded form
register 0xa180 4 0x20
masked 0xa188
follow 0xa188 0xffff 0x130040 0xffff

include gen6-gt.inc
include gen6-display.inc
include outputs-ivb.inc
include scanout-ivb.inc
include mchbar-gen6.inc

opregion 2.0 0x1f
vbt mailbox 0 5632 170
output dp B
output hdmi C
