// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device: which region an access means, what a reset takes along, and who is
 * told of an interrupt.
 */
#define _GNU_SOURCE
#include "igdsim.h"
#include "display/display.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* BAR4: MMIO through I/O ports, an index and the register it selects */
#define PORT_INDEX		0
#define PORT_DATA		4
#define PORT_INDEX_GTT		0x1	/* in bits 1:0; 0 selects a register */

const char * const space_names[NUM_SPACES] = {
	[SPACE_CONFIG] = "config",
	[SPACE_BAR0] = "bar0",
	[SPACE_BAR2] = "bar2",
	[SPACE_BAR4] = "bar4",
};

static const unsigned int space_bars[NUM_SPACES] = {
	[SPACE_BAR0] = 0, [SPACE_BAR2] = 2, [SPACE_BAR4] = 4,
};

enum space space_find(const char *name)
{
	enum space space;

	for (space = 0; space < NUM_SPACES; space++)
		if (!strcmp(name, space_names[space]))
			break;
	return space;
}

void device_init(struct igd *igd, bool trap_all, int64_t period)
{
	for (unsigned int n = 0; n < NUM_BARS; n++) {
		struct memory *memory = &igd->bar[n];

		memory->size = igd->profile->bars[n].size;
		if (!memory->size)
			continue;
		memory->fd = memfd_create("igdsim", MFD_CLOEXEC);
		if (memory->fd < 0 || ftruncate(memory->fd, (off_t)memory->size))
			die("igdsim: cannot make memory for BAR%u: %m", n);
		memory->bytes = mmap(NULL, memory->size, PROT_READ | PROT_WRITE,
				     MAP_SHARED, memory->fd, 0);
		if (memory->bytes == MAP_FAILED)
			die("igdsim: cannot map memory of BAR%u: %m", n);
	}
	memset(igd->irq_fds, 0xff, sizeof(igd->irq_fds));
	config_init(igd);
	mmio_init(igd, trap_all);
	display_init(igd, period);
}

void device_reset(struct igd *igd, enum reset reset)
{
	static const char * const names[] = {
		[RESET_MACHINE] = "by the client",
		[RESET_FUNCTION] = "function-level",
		[RESET_D3HOT] = "leaving D3hot",
	};

	journal_note(&igd->journal, "reset %s", names[reset]);
	config_reset(igd);
	mmio_reset(igd, reset);
	display_reset(igd, reset);
	if (igd->bar[4].bytes)
		memset(igd->bar[4].bytes, 0, igd->bar[4].size);
}

/*
 * Off the bus: reads are ones, and what is written is lost; or back, as it was. BAR2 is
 * memory, which nobody takes for a register.
 */
void device_die(struct igd *igd, bool dead)
{
	if (dead == igd->dead)
		return;
	igd->dead = dead;
	for (unsigned int n = 0; n < NUM_BARS; n += 4) {
		struct memory *memory = &igd->bar[n];

		if (!memory->size)
			continue;
		if (dead) {
			igd->alive[n] = xcalloc(memory->size, 1);
			memcpy(igd->alive[n], memory->bytes, memory->size);
			memset(memory->bytes, 0xff, memory->size);
		} else {
			memcpy(memory->bytes, igd->alive[n], memory->size);
			free(igd->alive[n]);
		}
	}
	journal_note(&igd->journal, "the device is %s", dead ? "dead" : "back");
}

/* What the device remembers, with the mirrors up to date; NULL if nothing */
uint8_t *device_storage(struct igd *igd, enum space space, uint64_t *size)
{
	mmio_sync(igd);
	if (space == SPACE_CONFIG) {
		*size = igd->profile->config_size;
		return igd->config.bytes;
	}
	*size = igd->bar[space_bars[space]].size;
	return igd->bar[space_bars[space]].bytes;
}

/* Where in BAR0 the index port points; -1 if nowhere */
static int64_t port_target(const struct igd *igd)
{
	uint32_t index = (uint32_t)get_le(igd->bar[4].bytes + PORT_INDEX, 4);
	uint64_t target = index & ~3u;

	if ((index & 3) == PORT_INDEX_GTT)
		target += igd->profile->gtt.base;
	else if (index & 3)
		return -1;
	return target + 4 <= igd->bar[0].size ? (int64_t)target : -1;
}

static void port_write(struct igd *igd, uint32_t offset, unsigned int width,
		       uint64_t value)
{
	int64_t target = port_target(igd);

	journal_write(&igd->journal, SPACE_BAR4, offset, width, value, "");
	put_le(igd->bar[4].bytes + offset, width, value);
	if (offset == PORT_DATA && width == 4 && target >= 0)
		mmio_write(igd, (uint32_t)target, 4, value);
}

static void port_sync(struct igd *igd)
{
	int64_t target = port_target(igd);

	if (target >= 0)
		memcpy(igd->bar[4].bytes + PORT_DATA,
		       igd->bar[0].bytes + target, 4);
}

static bool region_space(uint32_t region, enum space *space)
{
	switch (region) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		*space = SPACE_CONFIG;
		return true;
	case VFIO_PCI_BAR0_REGION_INDEX:
		*space = SPACE_BAR0;
		return true;
	case VFIO_PCI_BAR2_REGION_INDEX:
		*space = SPACE_BAR2;
		return true;
	case VFIO_PCI_BAR4_REGION_INDEX:
		*space = SPACE_BAR4;
		return true;
	}
	return false;
}

static int find(struct igd *igd, uint32_t region, uint64_t offset,
		uint32_t count, enum space *space, uint8_t **bytes)
{
	uint64_t size;

	if (!region_space(region, space))
		return EINVAL;
	*bytes = device_storage(igd, *space, &size);
	if (!*bytes || offset > size || count > size - offset)
		return EINVAL;
	if (*space == SPACE_BAR4)
		port_sync(igd);
	return 0;
}

int device_read(struct igd *igd, uint32_t region, uint64_t offset,
		uint32_t count, uint8_t *data)
{
	enum space space;
	uint8_t *bytes;
	int error;

	if (igd->dead) {
		memset(data, 0xff, count);
		return 0;
	}
	error = find(igd, region, offset, count, &space, &bytes);
	if (error)
		return error;
	if (space == SPACE_BAR0)
		mmio_read(igd, (uint32_t)offset, count, data);
	else
		memcpy(data, bytes + offset, count);
	return 0;
}

int device_write(struct igd *igd, uint32_t region, uint64_t offset,
		 uint32_t count, const uint8_t *data)
{
	enum space space;
	uint8_t *bytes;
	int error;

	if (igd->dead)
		return 0;
	error = find(igd, region, offset, count, &space, &bytes);
	if (error)
		return error;
	while (count) {
		unsigned int width = count < 8 ? count : 8;
		uint32_t at = (uint32_t)offset;
		uint64_t value = get_le(data, width);

		switch (space) {
		case SPACE_CONFIG:
			config_write(igd, at, width, value);
			break;
		case SPACE_BAR0:
			mmio_write(igd, at, width, value);
			break;
		case SPACE_BAR4:
			port_write(igd, at, width, value);
			break;
		default:
			journal_write(&igd->journal, space, at, width, value, "");
			put_le(bytes + offset, width, value);
		}
		data += width;
		offset += width;
		count -= width;
	}
	return 0;
}

unsigned int device_irq_count(const struct igd *igd, uint32_t index)
{
	const uint8_t *bytes = igd->config.bytes;
	unsigned int vectors;

	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return bytes[0x3d] ? 1 : 0;
	case VFIO_PCI_MSI_IRQ_INDEX:
		if (!igd->config.msi)
			return 0;
		vectors = 1u << (bytes[igd->config.msi + 2] >> 1 & 7);
		return vectors < MAX_MSI ? vectors : MAX_MSI;
	}
	return 0;
}

bool device_interrupt(struct igd *igd, uint32_t index)
{
	static const uint64_t one = 1;
	int fd = igd->irq_fds[index][0];

	return fd >= 0 && write(fd, &one, sizeof(one)) == sizeof(one);
}
