// SPDX-License-Identifier: GPL-2.0-only
/* A plane that a test makes up: it reads one plain address, so often a second */
#include "display.h"

#define PROBE_READ		64	/* bytes, a cache line */

struct probe {
	uint64_t address;
	uint64_t reads;
	uint64_t faults;
	unsigned int hz;	/* 0: off */
	bool busy;		/* a read is under way */
	int64_t next;		/* ns, CLOCK_MONOTONIC */
};

void probe_init(struct igd *igd)
{
	igd->display->probe = xcalloc(1, sizeof(struct probe));
}

/* 0 Hz: it stops, and what it counted can still be asked for */
void probe_set(struct igd *igd, uint64_t address, unsigned int hz)
{
	struct probe *probe = igd->display->probe;

	probe->hz = hz;
	if (!hz)
		return;
	probe->address = address;
	probe->next = now_ns();
	probe->reads = 0;
	probe->faults = 0;
}

/* Milliseconds until it reads again, for poll() */
int probe_timeout(const struct igd *igd)
{
	const struct probe *probe = igd->display->probe;
	int64_t left;

	if (!probe->hz)
		return -1;
	left = probe->next - now_ns();
	return left > 0 ? (int)(left / 1000000) + 1 : 0;
}

static void probe_done(struct igd *igd, unsigned int arg, int error,
		       const uint8_t *data, size_t length)
{
	struct probe *probe = igd->display->probe;

	(void)arg;
	(void)data;
	(void)length;
	probe->busy = false;
	probe->reads++;
	if (error)
		probe->faults++;
}

void probe_tick(struct igd *igd)
{
	struct probe *probe = igd->display->probe;
	int64_t now = now_ns();

	if (!probe->hz || now < probe->next)
		return;
	probe->next = now + 1000000000 / probe->hz;
	if (probe->busy || config_asleep(igd) || !config_bus_master(igd))
		return;
	probe->busy = dma_start(igd, VFIO_USER_DMA_READ, probe->address, NULL,
				PROBE_READ, probe_done, 0);
}

void probe_print(const struct igd *igd, char *text, size_t size)
{
	const struct probe *probe = igd->display->probe;

	snprintf(text, size, "%s 0x%llx %u reads %llu faults %llu",
		 probe->hz ? "on" : "off", (unsigned long long)probe->address,
		 probe->hz, (unsigned long long)probe->reads,
		 (unsigned long long)probe->faults);
}
