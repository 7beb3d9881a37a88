# SPDX-License-Identifier: GPL-2.0-only
# HD Graphics 4600, as firmware hands it over: with its screen up.
# Made up, from what i915 reads back when it takes over (intel_modeset_setup.c).

include hsw.profile
firmware-screen 1920x1080 0
firmware 0x41000 4 0x80000000		# VGA is off

# 1920x1080, 60 Hz: total, blank and sync of lines and of the frame
firmware 0x60000 4 0x0897077f
firmware 0x60004 4 0x0897077f
firmware 0x60008 4 0x080307d7
firmware 0x6000c 4 0x04640437
firmware 0x60010 4 0x04640437
firmware 0x60014 4 0x0440043b

# Transcoder A feeds DDI C, as HDMI, which WRPLL 1 clocks with 148.5 MHz
firmware 0x60400 4 0xa0030000
firmware 0x64200 4 0x80000000
firmware 0x46140 4 0x60000000
firmware 0x46108 4 0x80000000
firmware 0x46040 4 0xb02c100a

# Power well 2, requested by firmware. All copies of the register
# show what is on (i915's hsw_wait_for_power_well_disable() counts on that)
firmware 0x45400 4 0xc0000000
firmware 0x45404 4 0x40000000
