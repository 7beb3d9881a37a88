// SPDX-License-Identifier: GPL-2.0-only
/*
 * A monitor that nobody makes, of one mode: 1024x768 at 60 Hz (VESA's timing), small
 * enough to be read frame after frame on an emulated machine. The layout is that of
 * VESA's E-EDID 1.3. Each port's has a name and a number of its own, so that it shows
 * which one a driver has found.
 */
#include "outputs.h"

#include <string.h>

#define EDID_NUMBER	0x0c
#define EDID_NAME	0x5f
#define EDID_CHECKSUM	0x7f

static const uint8_t made_up[EDID_SIZE] = {
	0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
	0x24, 0xe4,			/* "IGD" */
	0x01, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x01, 36,			/* first week of 2026 */
	0x01, 0x03,
	0x80, 34, 26, 0x78,		/* digital, size in cm, gamma 2.2 */
	0x0a,				/* RGB, the first timing is the preferred one */
	/* sRGB */
	0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54,
	/* no other timing that it knows */
	0x00, 0x00, 0x00,
	0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	/* 65 MHz; 1024 + 320, sync at 24 for 136; 768 + 38, at 3 for 6; both negative */
	0x64, 0x19,
	0x00, 0x40, 0x41, 0x00, 0x26, 0x30, 24, 136, 0x36, 0x00,
	0x54, 0x04, 0x11, 0x00, 0x00, 0x18,
	0x00, 0x00, 0x00, 0xfc, 0x00,
	'i', 'g', 'd', 's', 'i', 'm', ' ', '?', '\n', ' ', ' ', ' ', ' ',
	0x00, 0x00, 0x00, 0x10, 0x00,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0x00, 0x00, 0x00, 0x10, 0x00,
};

void edid_fill(uint8_t *edid, char port)
{
	uint8_t *name = memcpy(edid, made_up, EDID_SIZE);
	uint8_t sum = 0;

	edid[EDID_NUMBER] = (uint8_t)port;
	name = memchr(name, '?', EDID_SIZE);
	*name = (uint8_t)port;
	for (unsigned int i = 0; i < EDID_CHECKSUM; i++)
		sum = (uint8_t)(sum + edid[i]);
	edid[EDID_CHECKSUM] = (uint8_t)-sum;
}
