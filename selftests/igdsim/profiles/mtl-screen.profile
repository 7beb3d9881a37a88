# SPDX-License-Identifier: GPL-2.0-only
# Meteor Lake with its display, which mtl.profile does without, and a monitor at it

include mtl.profile
include outputs-display14.inc

ddc A 1 1
ddc B 2 2
monitor A
