// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control channel: lines of text, by which a test looks behind the device.
 *
 * Nothing here may block: whoever reads this channel may be waiting for the device
 * to answer an access first.
 */
#define _GNU_SOURCE
#include "igdsim.h"
#include "display/display.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE_MAX_BYTES		(2 * DMA_MAX + 256)
#define MAX_WORDS		8

struct client {
	struct client *next;
	unsigned int id;
	int fd;
	bool waiting;		/* for DMA: control_hold() */
	bool gone;
	char in[LINE_MAX_BYTES];
	size_t in_bytes;
	char *out;
	size_t out_bytes;
	size_t out_room;
};

struct command {
	const char *word;
	const char *usage;
	void (*run)(struct igd *igd, struct client *client, char **words,
		    unsigned int count);
};

void control_say(struct client *client, const char *format, ...)
{
	size_t room = 2 * DMA_MAX + 128;
	va_list args;

	if (client->out_room - client->out_bytes < room) {
		client->out_room = 2 * client->out_room + room;
		client->out = realloc(client->out, client->out_room);
		if (!client->out)
			die("igdsim: no memory left for a control client");
	}
	va_start(args, format);
	client->out_bytes += (size_t)vsnprintf(client->out + client->out_bytes,
					       room, format, args);
	va_end(args);
	client->out[client->out_bytes++] = '\n';
}

static uint8_t *locate(struct igd *igd, struct client *client, char **words,
		       unsigned int *width)
{
	enum space space = space_find(words[1]);
	uint64_t offset, bytes, size;
	uint8_t *storage;

	if (space == NUM_SPACES) {
		control_say(client, "error no space '%s': config, bar0, bar2, bar4", words[1]);
		return NULL;
	}
	if (!parse_number(words[2], &offset) || !parse_number(words[3], &bytes) ||
	    (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8)) {
		control_say(client, "error need a number as offset and 1, 2, 4 or 8 as width");
		return NULL;
	}
	storage = device_storage(igd, space, &size);
	if (!storage || offset > size || bytes > size - offset) {
		control_say(client, "error %s ends at 0x%llx", words[1],
		    (unsigned long long)size);
		return NULL;
	}
	*width = (unsigned int)bytes;
	return storage + offset;
}

static void run_read(struct igd *igd, struct client *client, char **words,
		     unsigned int count)
{
	unsigned int width;
	uint8_t *bytes;

	(void)count;
	bytes = locate(igd, client, words, &width);
	if (bytes)
		control_say(client, "ok 0x%llx", (unsigned long long)get_le(bytes, width));
}

static void run_write(struct igd *igd, struct client *client, char **words,
		      unsigned int count)
{
	unsigned int width;
	uint64_t value;
	uint8_t *bytes;

	(void)count;
	if (!parse_number(words[4], &value)) {
		control_say(client, "error '%s' is not a number", words[4]);
		return;
	}
	bytes = locate(igd, client, words, &width);
	if (!bytes)
		return;
	put_le(bytes, width, value);
	control_say(client, "ok");
}

static void run_mark(struct igd *igd, struct client *client, char **words,
		     unsigned int count)
{
	(void)words;
	(void)count;
	igd->journal.count = 0;
	control_say(client, "ok");
}

static void run_writes(struct igd *igd, struct client *client, char **words,
		       unsigned int count)
{
	enum space space = count > 1 ? space_find(words[1]) : NUM_SPACES;
	uint64_t from = 0, to = UINT64_MAX;
	size_t shown = 0;
	char text[80];

	if (count == 3 || (count > 1 && space == NUM_SPACES) ||
	    (count > 3 && (!parse_number(words[2], &from) ||
			   !parse_number(words[3], &to)))) {
		control_say(client, "error use: writes [config|bar0|bar2|bar4 [FROM TO]]");
		return;
	}
	for (size_t i = 0; i < igd->journal.count; i++) {
		const struct write *write = &igd->journal.writes[i];

		if ((count > 1 && write->space != space) || write->offset > to ||
		    write->offset + write->width - 1ull < from)
			continue;
		journal_format(text, sizeof(text), write);
		control_say(client, "%s", text);
		shown++;
	}
	control_say(client, "ok %zu", shown);
}

/* The client's next line waits until it is released; its id finds it again */
unsigned int control_hold(struct client *client)
{
	client->waiting = true;
	return client->id;
}

struct client *control_release(struct igd *igd, unsigned int id)
{
	struct client *client = igd->clients;

	while (client && client->id != id)
		client = client->next;
	if (client)
		client->waiting = false;
	return client;
}

static void dma_finished(struct igd *igd, unsigned int id, int error,
			 const uint8_t *data, size_t length)
{
	struct client *client = control_release(igd, id);
	char text[2 * DMA_MAX + 1] = "";

	if (!client)
		return;
	if (error) {
		journal_note(&igd->journal, "DMA failed: %s", strerror(error));
		control_say(client, "error fault");
		return;
	}
	for (size_t i = 0; i < length; i++)
		snprintf(text + 2 * i, 3, "%02x", data[i]);
	control_say(client, length ? "ok %s" : "ok", text);
}

static bool parse_hex(const char *text, uint8_t *bytes, uint32_t *length)
{
	size_t digits = strlen(text);

	if (!digits || digits % 2 || digits / 2 > DMA_MAX ||
	    strspn(text, "0123456789abcdefABCDEF") != digits)
		return false;
	for (size_t i = 0; i < digits / 2; i++) {
		char pair[3] = { text[2 * i], text[2 * i + 1], 0 };

		bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	*length = (uint32_t)(digits / 2);
	return true;
}

static void run_dma(struct igd *igd, struct client *client, char **words,
		    unsigned int count)
{
	bool write = !strcmp(words[1], "write");
	uint8_t data[DMA_MAX];
	uint64_t address, length;
	uint32_t bytes = 0;

	(void)count;
	if (!write && strcmp(words[1], "read")) {
		control_say(client, "error use: dma read ADDR LEN, or dma write ADDR HEXBYTES");
		return;
	}
	if (!parse_number(words[2], &address)) {
		control_say(client, "error '%s' is not an address", words[2]);
		return;
	}
	if (write && !parse_hex(words[3], data, &bytes)) {
		control_say(client, "error need 1 to %u bytes as pairs of hex digits", DMA_MAX);
		return;
	}
	if (!write) {
		if (!parse_number(words[3], &length) || !length || length > DMA_MAX) {
			control_say(client, "error length has to be 1 to %u", DMA_MAX);
			return;
		}
		bytes = (uint32_t)length;
	}
	if (dma_start(igd, write ? VFIO_USER_DMA_WRITE : VFIO_USER_DMA_READ,
		      address, data, bytes, dma_finished, client->id))
		control_hold(client);
	else
		control_say(client, "error no vfio-user client is connected");
}

static void run_dead(struct igd *igd, struct client *client, char **words,
		     unsigned int count)
{
	bool dead = !strcmp(words[1], "on");

	(void)count;
	if (!dead && strcmp(words[1], "off")) {
		control_say(client, "error use: dead on|off");
		return;
	}
	device_die(igd, dead);
	control_say(client, "ok");
}

static void run_resets(struct igd *igd, struct client *client, char **words,
		       unsigned int count)
{
	(void)words;
	(void)count;
	control_say(client, "ok %u", igd->resets);
}

static void run_interrupt(struct igd *igd, struct client *client, char **words,
			  unsigned int count)
{
	bool msi = !strcmp(words[0], "msi");

	(void)count;
	if (device_interrupt(igd, msi ? VFIO_PCI_MSI_IRQ_INDEX :
					VFIO_PCI_INTX_IRQ_INDEX))
		control_say(client, "ok");
	else
		control_say(client, "error nobody has enabled %s", words[0]);
}

static void run_help(struct igd *igd, struct client *client, char **words,
		     unsigned int count);

static const struct {
	struct command command;
	unsigned int least;	/* words, with the command's own */
	unsigned int most;
} commands[] = {
	{ { "read", "SPACE OFFSET WIDTH", run_read }, 4, 4 },
	{ { "write", "SPACE OFFSET WIDTH VALUE", run_write }, 5, 5 },
	{ { "mark", "", run_mark }, 1, 1 },
	{ { "writes", "[SPACE [FROM TO]]", run_writes }, 1, 4 },
	{ { "dma", "read ADDR LEN | write ADDR HEXBYTES", run_dma }, 4, 4 },
	{ { "resets", "", run_resets }, 1, 1 },
	{ { "dead", "on|off", run_dead }, 2, 2 },
	{ { "msi", "", run_interrupt }, 1, 1 },
	{ { "intx", "", run_interrupt }, 1, 1 },
	{ { "planes", "[forget]", run_planes }, 1, 2 },
	{ { "faults", "", run_faults }, 1, 1 },
	{ { "picture", "FILE [PIPE]", run_picture }, 2, 3 },
	{ { "plane", "[on ADDR HZ | off]", run_plane }, 1, 4 },
	{ { "monitor", "plug|unplug PORT", run_monitor }, 3, 3 },
	{ { "edid", "PORT", run_edid }, 2, 2 },
	{ { "monitors", "", run_monitors }, 1, 1 },
	{ { "help", "", run_help }, 1, 1 },
};

static void run_help(struct igd *igd, struct client *client, char **words,
		     unsigned int count)
{
	(void)igd;
	(void)words;
	(void)count;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		control_say(client, "%s %s", commands[i].command.word,
		    commands[i].command.usage);
	control_say(client, "ok");
}

static void run_line(struct igd *igd, struct client *client, char *line)
{
	char *words[MAX_WORDS + 1], *save = NULL;
	unsigned int count = 0;

	for (char *word = strtok_r(line, " \t\r", &save);
	     word && count < MAX_WORDS; word = strtok_r(NULL, " \t\r", &save))
		words[count++] = word;
	if (!count)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *command = &commands[i].command;

		if (strcmp(words[0], command->word))
			continue;
		if (count < commands[i].least || count > commands[i].most)
			control_say(client, "error use: %s %s", command->word,
			    command->usage);
		else
			command->run(igd, client, words, count);
		return;
	}
	control_say(client, "error no command '%s', try help", words[0]);
}

static void run_lines(struct igd *igd, struct client *client)
{
	char *end;

	while (!client->waiting &&
	       (end = memchr(client->in, '\n', client->in_bytes))) {
		size_t used = (size_t)(end - client->in) + 1;

		*end = 0;
		run_line(igd, client, client->in);
		client->in_bytes -= used;
		memmove(client->in, client->in + used, client->in_bytes);
	}
	if (client->in_bytes == sizeof(client->in) && !client->waiting) {
		control_say(client, "error line longer than %zu bytes", sizeof(client->in));
		client->in_bytes = 0;
	}
}

static void receive(struct client *client)
{
	ssize_t got = recv(client->fd, client->in + client->in_bytes,
			   sizeof(client->in) - client->in_bytes, MSG_DONTWAIT);

	if (got > 0)
		client->in_bytes += (size_t)got;
	else if (!got || (errno != EAGAIN && errno != EINTR))
		client->gone = true;
}

static void transmit(struct client *client)
{
	ssize_t sent = send(client->fd, client->out, client->out_bytes,
			    MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent > 0) {
		client->out_bytes -= (size_t)sent;
		memmove(client->out, client->out + sent, client->out_bytes);
	} else if (sent < 0 && errno != EAGAIN && errno != EINTR) {
		client->gone = true;
	}
}

void control_accept(struct igd *igd, int listener)
{
	struct client *client;
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	client = xcalloc(1, sizeof(*client));
	client->id = ++igd->next_client;
	client->fd = fd;
	client->next = igd->clients;
	igd->clients = client;
}

unsigned int control_poll(struct igd *igd, struct pollfd *fds, unsigned int max)
{
	unsigned int count = 0;

	for (struct client *client = igd->clients; client && count < max;
	     client = client->next) {
		bool full = client->in_bytes == sizeof(client->in);

		fds[count].fd = client->fd;
		fds[count].events = (short)((full ? 0 : POLLIN) |
					    (client->out_bytes ? POLLOUT : 0));
		count++;
	}
	return count;
}

void control_serve(struct igd *igd, const struct pollfd *fds, unsigned int count)
{
	struct client **link = &igd->clients;

	while (*link) {
		struct client *client = *link;

		for (unsigned int i = 0; i < count; i++)
			if (fds[i].fd == client->fd &&
			    (fds[i].revents & (POLLIN | POLLHUP | POLLERR)))
				receive(client);
		run_lines(igd, client);
		if (client->out_bytes)
			transmit(client);
		if (!client->gone) {
			link = &client->next;
			continue;
		}
		*link = client->next;
		close(client->fd);
		free(client->out);
		free(client);
	}
}
