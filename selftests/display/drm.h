/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's display interface, as small as a test needs it */
#ifndef DISPLAY_DRM_H
#define DISPLAY_DRM_H

#include <drm/drm.h>
#include <drm/drm_mode.h>

#include "igdtest.h"

#define MAX_OBJECTS	16

struct screen {
	int card;
	u32 connector;
	u32 crtc;
	unsigned int pipe;	/* the crtc's place among all */
	struct drm_mode_modeinfo mode;
};

/* Ends the test if it fails */
void drm_do(int card, unsigned long request, void *argument, const char *what);

/* The card; the connector that has a monitor, and what is set for it */
int drm_open(void);
void drm_find(struct screen *screen);

/* A framebuffer of the mode's size: of these pixels; all of one colour */
u32 drm_framebuffer(const struct screen *screen, const u32 *picture);
u32 drm_framebuffer_of(const struct screen *screen, u32 colour);
void drm_show(const struct screen *screen, u32 framebuffer);

/* A flip, and the frame in which it has happened; false: not within a second */
bool drm_flip(const struct screen *screen, u32 framebuffer, u32 *frame);

/* So many frames from now on; the one that it is then */
u32 drm_wait(const struct screen *screen, unsigned int frames);

/* A file of the connector at igdsim's port, "" if it is empty */
size_t connector_file(const char *connector, const char *file, void *bytes,
		      size_t room);

#endif /* DISPLAY_DRM_H */
