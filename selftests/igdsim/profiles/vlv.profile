# SPDX-License-Identifier: GPL-2.0-only
# HD Graphics (8086:0f31), Bay Trail (Valleyview), on an ASUS board (1043:14dd)
#
# Made up, from i915 and from the lspci -v of three real ones, which show kinds
# and sizes of the BARs and the list of capabilities: BARs of 32 bits, eight I/O
# ports, and neither AF nor PCI Express, so that nothing resets the function but
# the way through D3hot.
#
# These machines have no VT-d as far as their data sheets say; the profile is
# here because the platform decodes STOLEN_RESERVED in a way of its own.

name HD Graphics, Bay Trail (Valleyview)
generation 7

00: 86 80 31 0f 07 04 10 00 0e 00 00 03 00 00 00 00
10: 00 00 00 d0 00 00 00 00 08 00 00 c0 00 00 00 00
20: 81 f0 00 00 00 00 00 00 00 00 00 00 43 10 dd 14
30: 00 00 00 00 d0 00 00 00 00 00 00 00 0b 01 00 00
40: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
50: 11 02 00 00 00 00 00 00 00 00 00 00 01 00 00 7c
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

bar 0 mem32 4M
bar 2 pref32 256M
bar 4 io 8
gtt 2M 2M

stolen 0x7c000000 64M
gtt-stolen 0x7be00000 2M
reserved 0x7ff00000 1M

# Registers of configuration space and of the host bridge, seen through BAR 0
mirror 0x108040 2 0x50			# GGC
mirror 0x1080c0 4 0x5c			# BDSM
fixed 0x108100 4 0x7be00001		# GSMBASE
fixed 0x1082c0 4 0x1		# STOLEN_RESERVED: the last MiB

# PCBR, where the power context is: in stolen memory, below what is reserved
fixed 0x182120 4 0x7fef8001

include gen6-gt.inc
include vlv-gt.inc
include vlv-display.inc
include scanout-vlv.inc
include mchbar-gen6.inc

opregion 2.0 0x1f
vbt mailbox 0 5120 171
output dp B
output hdmi C
