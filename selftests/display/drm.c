// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "drm.h"

#define SECOND_MS	1000

void drm_do(int card, unsigned long request, void *argument, const char *what)
{
	int result;

	do {
		result = ioctl(card, request, argument);
	} while (result && errno == EINTR);
	if (result)
		die("%s: %m", what);
}

int drm_open(void)
{
	glob_t cards;
	int card;

	if (glob("/dev/dri/by-path/pci-" IGD_BDF "-card", 0, NULL, &cards) &&
	    glob("/dev/dri/card*", 0, NULL, &cards))
		die("no card in /dev/dri: i915 has no display");
	card = open(cards.gl_pathv[0], O_RDWR | O_CLOEXEC);
	if (card < 0)
		die("cannot open %s: %m", cards.gl_pathv[0]);
	globfree(&cards);
	return card;
}

static bool has_monitor(int card, u32 id, struct drm_mode_get_connector *connector)
{
	struct drm_mode_modeinfo modes[MAX_OBJECTS];

	memset(connector, 0, sizeof(*connector));
	connector->connector_id = id;
	connector->modes_ptr = (uintptr_t)modes;
	connector->count_modes = MAX_OBJECTS;
	drm_do(card, DRM_IOCTL_MODE_GETCONNECTOR, connector, "a connector");
	return connector->connection == 1 && connector->encoder_id;
}

void drm_find(struct screen *screen)
{
	u32 connectors[MAX_OBJECTS], crtcs[MAX_OBJECTS];
	struct drm_mode_card_res all = {
		.connector_id_ptr = (uintptr_t)connectors,
		.count_connectors = MAX_OBJECTS,
		.crtc_id_ptr = (uintptr_t)crtcs,
		.count_crtcs = MAX_OBJECTS,
	};
	struct drm_mode_get_connector connector;
	struct drm_mode_get_encoder encoder = { 0 };
	struct drm_mode_crtc crtc = { 0 };
	unsigned int i;

	drm_do(screen->card, DRM_IOCTL_MODE_GETRESOURCES, &all, "the card's parts");
	for (i = 0; i < all.count_connectors; i++)
		if (has_monitor(screen->card, connectors[i], &connector))
			break;
	if (i == all.count_connectors)
		die("none of %u connectors has a monitor that is lit", i);
	screen->connector = connector.connector_id;

	encoder.encoder_id = connector.encoder_id;
	drm_do(screen->card, DRM_IOCTL_MODE_GETENCODER, &encoder, "its encoder");
	screen->crtc = encoder.crtc_id;
	for (i = 0; i < all.count_crtcs && crtcs[i] != screen->crtc; i++)
		;
	screen->pipe = i;

	crtc.crtc_id = screen->crtc;
	drm_do(screen->card, DRM_IOCTL_MODE_GETCRTC, &crtc, "its pipe");
	if (!crtc.mode_valid)
		die("the pipe of connector %u has no mode", screen->connector);
	screen->mode = crtc.mode;
}

u32 drm_framebuffer(const struct screen *screen, const u32 *picture)
{
	struct drm_mode_create_dumb buffer = {
		.width = screen->mode.hdisplay, .height = screen->mode.vdisplay,
		.bpp = 32,
	};
	struct drm_mode_fb_cmd framebuffer = {
		.width = buffer.width, .height = buffer.height, .bpp = 32,
		.depth = 24,
	};
	struct drm_mode_map_dumb map = { 0 };
	u8 *pixels;

	drm_do(screen->card, DRM_IOCTL_MODE_CREATE_DUMB, &buffer, "a buffer");
	map.handle = buffer.handle;
	drm_do(screen->card, DRM_IOCTL_MODE_MAP_DUMB, &map, "a buffer's mapping");
	pixels = mmap(NULL, buffer.size, PROT_READ | PROT_WRITE, MAP_SHARED,
		      screen->card, map.offset);
	if (pixels == MAP_FAILED)
		die("cannot map a buffer: %m");
	for (unsigned int y = 0; y < buffer.height; y++)
		memcpy(pixels + (size_t)y * buffer.pitch,
		       picture + (size_t)y * buffer.width,
		       buffer.width * sizeof(*picture));
	munmap(pixels, buffer.size);

	framebuffer.handle = buffer.handle;
	framebuffer.pitch = buffer.pitch;
	drm_do(screen->card, DRM_IOCTL_MODE_ADDFB, &framebuffer, "a framebuffer");
	return framebuffer.fb_id;
}

u32 drm_framebuffer_of(const struct screen *screen, u32 colour)
{
	const size_t count = screen->mode.hdisplay * screen->mode.vdisplay;
	u32 *picture = malloc(count * sizeof(*picture)), framebuffer;

	if (!picture)
		die("no memory for %zu pixels", count);
	for (size_t i = 0; i < count; i++)
		picture[i] = colour;
	framebuffer = drm_framebuffer(screen, picture);
	free(picture);
	return framebuffer;
}

void drm_show(const struct screen *screen, u32 framebuffer)
{
	u32 connector = screen->connector;
	struct drm_mode_crtc crtc = {
		.crtc_id = screen->crtc, .fb_id = framebuffer,
		.set_connectors_ptr = (uintptr_t)&connector, .count_connectors = 1,
		.mode = screen->mode, .mode_valid = 1,
	};

	drm_do(screen->card, DRM_IOCTL_MODE_SETCRTC, &crtc, "a framebuffer's showing");
}

bool drm_flip(const struct screen *screen, u32 framebuffer, u32 *frame)
{
	struct drm_mode_crtc_page_flip flip = {
		.crtc_id = screen->crtc, .fb_id = framebuffer,
		.flags = DRM_MODE_PAGE_FLIP_EVENT,
	};
	struct pollfd ready = { .fd = screen->card, .events = POLLIN };
	struct drm_event_vblank event;

	drm_do(screen->card, DRM_IOCTL_MODE_PAGE_FLIP, &flip, "a flip");
	if (poll(&ready, 1, SECOND_MS) != 1 ||
	    read(screen->card, &event, sizeof(event)) != sizeof(event))
		return false;
	*frame = event.sequence;
	return event.base.type == DRM_EVENT_FLIP_COMPLETE;
}

u32 drm_wait(const struct screen *screen, unsigned int frames)
{
	union drm_wait_vblank wait = { 0 };

	wait.request.type = _DRM_VBLANK_RELATIVE |
		screen->pipe << _DRM_VBLANK_HIGH_CRTC_SHIFT;
	wait.request.sequence = frames;
	drm_do(screen->card, DRM_IOCTL_WAIT_VBLANK, &wait, "a vblank");
	return wait.reply.sequence;
}

size_t connector_file(const char *connector, const char *file, void *bytes,
		      size_t room)
{
	char pattern[128];
	glob_t paths;
	ssize_t got;
	int fd;

	snprintf(pattern, sizeof(pattern), "/sys/class/drm/card*-%s/%s",
		 connector, file);
	if (glob(pattern, 0, NULL, &paths))
		die("no file %s", pattern);
	fd = open(paths.gl_pathv[0], O_RDONLY);
	got = fd < 0 ? -1 : read(fd, bytes, room);
	if (got < 0)
		die("cannot read %s: %m", paths.gl_pathv[0]);
	close(fd);
	globfree(&paths);
	return got;
}
