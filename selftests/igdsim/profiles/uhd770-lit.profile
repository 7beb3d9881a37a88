# SPDX-License-Identifier: GPL-2.0-only
# UHD Graphics 770, as firmware hands it over: with its screen up.
# Made up, from what i915 reads back when it takes over (intel_modeset_setup.c).

include uhd770.profile
firmware-screen 1920x1080 0
firmware 0x41000 4 0x80000000		# VGA is off

# 1920x1080, 60 Hz: total, blank and sync of lines and of the frame
firmware 0x60000 4 0x0897077f
firmware 0x60004 4 0x0897077f
firmware 0x60008 4 0x080307d7
firmware 0x6000c 4 0x04640437
firmware 0x60010 4 0x04640437
firmware 0x60014 4 0x0440043b

# Transcoder A feeds DDI A, as DisplayPort of 4 lanes; what it sends in a link of 2.7 GHz
firmware 0x60400 4 0x8a030006
firmware 0x64000 4 0x80000006
firmware 0x46140 4 0x10000000
firmware 0x60030 4 0x7e34cccc
firmware 0x60034 4 0x00800000
firmware 0x60040 4 0x00046666
firmware 0x60044 4 0x00080000

# which PLL 0 clocks
firmware 0x46010 4 0xcc000000
firmware 0x164284 4 0x01000151
firmware 0x164288 4 0x00000088

# Power wells 1 to 3, and that of DDI A. All copies of the registers show
# what is on (i915's hsw_wait_for_power_well_disable() counts on that)
firmware 0x45400 4 0x0000003f
firmware 0x45404 4 0x00000015
firmware 0x45450 4 0x00000003
firmware 0x45454 4 0x00000001

# Both slices of the display buffer are on, and nobody asked for them
firmware 0x45008 4 0x40000000
firmware 0x44fe8 4 0x40000000
