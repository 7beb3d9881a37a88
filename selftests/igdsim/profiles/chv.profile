# SPDX-License-Identifier: GPL-2.0-only
# HD Graphics (8086:22b1), Braswell (Cherryview), in an ASUS X540SA (1043:1150)
#
# Made up, from i915 and from the lspci -v of a real one, which shows BARs and
# the list of capabilities: neither AF nor PCI Express.
#
# GGC is this platform's own: GMS in bits 7:3, here code 0x12 for 12 MiB, GGMS
# in bits 9:8, here 3 for 8 MiB. Like Bay Trail it has no VT-d as far as data
# sheets say.

name HD Graphics, Braswell (Cherryview)
generation 8

00: 86 80 b1 22 07 04 10 00 21 00 00 03 00 00 00 00
10: 04 00 00 80 00 00 00 00 0c 00 00 90 00 00 00 00
20: 01 f0 00 00 00 00 00 00 00 00 00 00 43 10 50 11
30: 00 00 00 00 d0 00 00 00 00 00 00 00 0b 01 00 00
40: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
50: 91 03 00 00 00 00 00 00 00 00 00 00 01 00 00 7d
60: 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00
70: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
80: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
90: 05 b0 00 00 00 00 00 00 00 00 00 00 00 00 00 00
a0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
b0: 09 00 07 00 00 00 00 00 00 00 00 00 00 00 00 00
c0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
d0: 01 90 22 00 00 00 00 00 00 00 00 00 00 00 00 00
e0: 00 00 00 00 00 00 00 00 00 80 00 00 00 00 00 00
f0: 00 00 00 00 00 00 00 00 00 00 00 00 18 30 8e 7b

include config.inc
lockable 0x5c 4				# BDSM

bar 0 mem64 16M
bar 2 pref64 256M
bar 4 io 64
gtt 8M 8M

stolen 0x7d000000 12M
gtt-stolen 0x7c800000 8M
reserved 0x7d800000 4M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 4 0x5c			# BDSM
fixed 0x108100 4 0x7c800001		# GSMBASE
fixed 0x1082c0 4 0x7d800107		# STOLEN_RESERVED: 4 MiB

# PCBR, where the power context is: in stolen memory, below what is reserved
fixed 0x182120 4 0x7d7f8001

include gen8-gt.inc
include vlv-gt.inc
include vlv-display.inc
include scanout-chv.inc
include mchbar-hsw.inc

opregion 2.0 0x1f
vbt mailbox 0 5632 200
output dp B
output hdmi C
