# SPDX-License-Identifier: GPL-2.0-only
# HD Graphics 5500 (8086:1616), Broadwell, in a Lenovo (17aa:2225)
#
# Made up, from i915 and from the lspci -v of a real one
# (github.com/FreeBSDDesktop/DEPRECATED-freebsd-base-graphics, issue 163), which
# shows device, revision, BAR sizes and the list of capabilities. Its aperture
# is 512 MiB, MSAC (0x62) says so.
#
# Stolen memory: 32 MiB.

name HD Graphics 5500, Broadwell
generation 8

00: 86 80 16 16 07 04 90 00 09 00 00 03 00 00 00 00
10: 04 00 00 f0 00 00 00 00 0c 00 00 c0 00 00 00 00
20: 01 30 00 00 00 00 00 00 00 00 00 00 aa 17 25 22
30: 00 00 00 00 90 00 00 00 00 00 00 00 0b 01 00 00
40: 09 00 0c 01 00 00 00 00 00 00 00 00 00 00 00 00
50: c1 01 00 00 11 00 00 00 00 00 00 00 01 00 80 9d
60: 00 00 06 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 05 d0 00 00 00 00 00 00 00 00 00 00 00 00 00 00
a0: 00 00 00 00 13 00 06 03 00 00 00 00 00 00 00 00
b0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
d0: 01 a4 22 00 00 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 00 00 00 00 00 00 00 00 00 00 00 00 18 60 3f 9a

include config.inc
lockable 0x5c 4				# BDSM

bar 0 mem64 16M
bar 2 pref64 512M
bar 4 io 64
gtt 8M 8M

stolen 0x9d800000 32M
gtt-stolen 0x9d000000 8M
reserved 0x9f700000 1M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 4 0x5c			# BDSM
fixed 0x108100 4 0x9d000001		# GSMBASE
fixed 0x1082c0 4 0x9f700007		# STOLEN_RESERVED: from here to the top

# Forcewake
masked 0xa188
follow 0xa188 0xffff 0x130044 0xffff

include gen8-gt.inc
include hsw-display.inc
include outputs-bdw.inc
include scanout-hsw.inc
include mchbar-hsw.inc

opregion 2.0 0x1f
vbt mailbox 0 5632 188
output dp B
output hdmi C
