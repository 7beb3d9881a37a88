// SPDX-License-Identifier: GPL-2.0-only
/* What the control channel has to say of the display */
#include "display.h"

#include <string.h>

static void add_counts(struct counts *sum, const struct counts *counts)
{
	sum->frames += counts->frames;
	sum->reads += counts->reads;
	sum->faults += counts->faults;
	sum->absent += counts->absent;
	sum->unmastered += counts->unmastered;
}

static void say_counts(struct client *client, const char *head,
		       const struct counts *counts)
{
	control_say(client, "%s frames %llu reads %llu faults %llu absent %llu unmastered %llu",
		    head, (unsigned long long)counts->frames,
		    (unsigned long long)counts->reads,
		    (unsigned long long)counts->faults,
		    (unsigned long long)counts->absent,
		    (unsigned long long)counts->unmastered);
}

static void say_plane(struct client *client, const struct plane *plane, bool lit)
{
	const struct shape *shape = &plane->live;
	char head[128];

	snprintf(head, sizeof(head), "plane %s %s 0x%x %ux%u+%d+%d",
		 plane->name, lit ? "on" : "off", shape->surface, shape->width,
		 shape->height, shape->x, shape->y);
	say_counts(client, head, &plane->counts);
}

static void forget(struct igd *igd)
{
	static const struct counts none;

	for (unsigned int i = 0; i < igd->display->num_planes; i++) {
		struct plane *plane = &igd->display->planes[i];

		plane->counts = none;
		faults_forget(&plane->refused);
		faults_forget(&plane->missing);
	}
}

/*
 * Those that are lit, or have read something; at the end how many are, how many wait
 * for a vblank, and the sums
 */
void run_planes(struct igd *igd, struct client *client, char **words,
		unsigned int count)
{
	struct counts sum = { 0 };
	unsigned int lit = 0, pending = 0;
	char head[64];

	if (count == 2 && !strcmp(words[1], "forget")) {
		forget(igd);
	} else if (count > 1) {
		control_say(client, "error use: planes [forget]");
		return;
	}
	for (unsigned int i = 0; i < igd->display->num_planes; i++) {
		const struct plane *plane = &igd->display->planes[i];
		bool on = plane->pipe->on && plane->live.on;

		if (on || plane->counts.reads)
			say_plane(client, plane, on);
		lit += on;
		pending += plane->pending;
		add_counts(&sum, &plane->counts);
	}
	snprintf(head, sizeof(head), "ok lit %u pending %u", lit, pending);
	say_counts(client, head, &sum);
}

/* Neighbours of the same count are one line. */
static unsigned int say_faults(struct client *client, const char *what,
			       const struct plane *plane,
			       const struct fault_list *list)
{
	unsigned int lines = 0;

	for (size_t i = 0, end; i < list->count; i = end, lines++) {
		const struct fault *first = &list->faults[i], *last = first;

		for (end = i + 1; end < list->count; end++) {
			const struct fault *next = &list->faults[end];

			if (next->address != last->address + PAGE_SIZE ||
			    next->count != first->count)
				break;
			last = next;
		}
		control_say(client, "%s %s 0x%llx-0x%llx %llu", what, plane->name,
			    (unsigned long long)first->address,
			    (unsigned long long)last->address + PAGE_SIZE - 1,
			    (unsigned long long)first->count);
	}
	return lines;
}

void run_faults(struct igd *igd, struct client *client, char **words,
		unsigned int count)
{
	unsigned int lines = 0;

	(void)words;
	(void)count;
	for (unsigned int i = 0; i < igd->display->num_planes; i++) {
		const struct plane *plane = &igd->display->planes[i];

		lines += say_faults(client, "fault", plane, &plane->refused);
		lines += say_faults(client, "absent", plane, &plane->missing);
	}
	control_say(client, "ok %u", lines);
}

static struct pipe *first_lit(struct igd *igd)
{
	for (unsigned int i = 0; i < igd->display->num_pipes; i++)
		if (igd->display->pipes[i].on)
			return &igd->display->pipes[i];
	return NULL;
}

void run_picture(struct igd *igd, struct client *client, char **words,
		 unsigned int count)
{
	struct pipe *pipe = first_lit(igd);

	if (count == 3) {
		pipe = words[2][1] ? NULL : display_pipe(igd, *words[2]);
		if (!pipe) {
			control_say(client, "error no pipe '%s'", words[2]);
			return;
		}
		if (!pipe->on)
			pipe = NULL;
	}
	picture_start(igd, pipe, words[1], client);
}

void run_plane(struct igd *igd, struct client *client, char **words,
	       unsigned int count)
{
	uint64_t address = 0, hz = 0;
	char text[128];

	if (count == 4 && !strcmp(words[1], "on") &&
	    parse_number(words[2], &address) && parse_number(words[3], &hz) &&
	    hz >= 1 && hz <= 1000) {
		probe_set(igd, address, (unsigned int)hz);
	} else if (count == 2 && !strcmp(words[1], "off")) {
		probe_set(igd, 0, 0);
	} else if (count > 1) {
		control_say(client, "error use: plane [on ADDR HZ | off], HZ from 1 to 1000");
		return;
	}
	probe_print(igd, text, sizeof(text));
	control_say(client, "ok %s", text);
}

void run_monitor(struct igd *igd, struct client *client, char **words,
		 unsigned int count)
{
	char port = words[2][0];
	bool plug = !strcmp(words[1], "plug");

	(void)count;
	if (words[2][1] || (!plug && strcmp(words[1], "unplug")))
		control_say(client, "error use: monitor plug|unplug PORT");
	else if (outputs_plug(igd, port, plug))
		control_say(client, "ok");
	else
		control_say(client, "error the profile has no monitor at port %c", port);
}

void run_edid(struct igd *igd, struct client *client, char **words,
	      unsigned int count)
{
	const uint8_t *edid = outputs_edid(igd, words[1][0]);
	char text[2 * EDID_SIZE + 1];

	(void)count;
	if (!edid || words[1][1]) {
		control_say(client, "error the profile has no monitor at port %s",
			    words[1]);
		return;
	}
	for (unsigned int i = 0; i < EDID_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", edid[i]);
	control_say(client, "ok %s", text);
}

void run_monitors(struct igd *igd, struct client *client, char **words,
		  unsigned int count)
{
	char ports[MAX_PORTS + 1] = "", *end = ports;

	(void)words;
	(void)count;
	for (char port = 'A'; port < 'A' + (int)MAX_PORTS; port++)
		if (outputs_plugged(igd, port))
			*end++ = port;
	control_say(client, "ok %s", ports);
}
