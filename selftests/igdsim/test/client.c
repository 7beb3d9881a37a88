// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE	5	/* seconds that an answer may take */

static int connect_to(const char *dir, const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = PATIENCE };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", dir, name);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	for (int tries = 0; tries < 200; tries++) {
		if (!connect(fd, (void *)&address, sizeof(address)))
			return fd;
		usleep(10000);
	}
	close(fd);
	return -1;
}

bool sim_start(struct sim *sim, const char *program, const char *profile,
	       const char *option)
{
	char socket[80], control[80], log[80];

	sim->memory = NULL;
	strcpy(sim->dir, "/tmp/igdsim-test-XXXXXX");
	if (!mkdtemp(sim->dir))
		return false;
	snprintf(socket, sizeof(socket), "%s/socket", sim->dir);
	snprintf(control, sizeof(control), "%s/control", sim->dir);
	snprintf(log, sizeof(log), "%s/log", sim->dir);

	fflush(stdout);
	sim->pid = fork();
	if (!sim->pid) {
		execl(program, program, "--socket", socket, "--control", control,
		      "--log", log, profile, option, NULL);
		_exit(127);
	}
	sim->control = connect_to(sim->dir, "control");
	sim->client = connect_to(sim->dir, "socket");
	return sim->control >= 0 && sim->client >= 0;
}

int sim_stop(struct sim *sim)
{
	static const char * const files[] = { "log", "socket", "control" };
	int status = 0;

	close(sim->client);
	for (int tries = 0; !waitpid(sim->pid, &status, WNOHANG); tries++) {
		if (tries == 100 * PATIENCE)
			kill(sim->pid, SIGKILL);
		usleep(10000);
	}
	close(sim->control);
	for (size_t i = 0; i < 3; i++) {
		char path[80];

		snprintf(path, sizeof(path), "%s/%s", sim->dir, files[i]);
		unlink(path);
	}
	rmdir(sim->dir);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool message_send(struct sim *sim, const struct header *header,
		  const void *body, size_t length, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov[2] = {
		{ (void *)header, sizeof(*header) }, { (void *)body, length },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };

	if (fd >= 0) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = sizeof(control.bytes);
		CMSG_FIRSTHDR(&msg)->cmsg_level = SOL_SOCKET;
		CMSG_FIRSTHDR(&msg)->cmsg_type = SCM_RIGHTS;
		CMSG_FIRSTHDR(&msg)->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), &fd, sizeof(int));
	}
	return sendmsg(sim->client, &msg, MSG_NOSIGNAL) ==
	       (ssize_t)(sizeof(*header) + length);
}

bool message_receive(struct sim *sim, struct message *message)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { &message->header, sizeof(message->header) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	size_t length;

	message->fd = -1;
	/* QEMU takes the header in one read, and so does this */
	if (recvmsg(sim->client, &msg, MSG_CMSG_CLOEXEC) !=
	    (ssize_t)sizeof(message->header))
		return false;
	if (CMSG_FIRSTHDR(&msg))
		memcpy(&message->fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(int));
	length = message->header.size - sizeof(message->header);
	if (length > sizeof(message->body))
		return false;
	return !length || recv(sim->client, message->body, length, MSG_WAITALL) ==
			  (ssize_t)length;
}

/* An access to memory is answered; whatever else came is the caller's. */
static bool answered(struct sim *sim, const struct message *asked)
{
	struct header header = asked->header;
	uint8_t body[16 + 4096];
	const bool write = asked->header.command == DMA_WRITE;
	uint64_t address, count;
	size_t length = 0;

	if (!sim->memory || (asked->header.command != DMA_READ && !write) ||
	    (asked->header.flags & 0xf) == FLAG_REPLY)
		return false;
	memcpy(&address, asked->body, 8);
	memcpy(&count, asked->body + 8, 8);
	header.flags = FLAG_REPLY;
	if (write && count <= 4096)
		memcpy(body + 16, asked->body + 16, count);
	if (count <= 4096 &&
	    sim->memory(address, (uint32_t)count, body + 16, write)) {
		memcpy(body, asked->body, 16);
		length = write ? 16 : 16 + count;
	} else {
		header.flags |= FLAG_ERROR;
		header.error = EFAULT;
	}
	header.size = (uint32_t)(sizeof(header) + length);
	message_send(sim, &header, body, length, -1);
	return true;
}

static bool receive_reply(struct sim *sim, struct message *reply)
{
	bool got;

	do {
		got = message_receive(sim, reply);
	} while (got && answered(sim, reply));
	return got;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Answers DMA until this is readable, or so many ms are over; 0: they are */
static int serve_until(struct sim *sim, int fd, int64_t ms)
{
	int64_t end = now_ms() + ms, left;
	struct message message;
	struct pollfd fds[2] = {
		{ .fd = sim->client, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};

	while ((left = end - now_ms()) > 0) {
		if (poll(fds, 2, (int)left) <= 0)
			continue;
		if (fds[1].revents)
			return 1;
		if (!message_receive(sim, &message))
			return 0;
		answered(sim, &message);
	}
	return 0;
}

void serve(struct sim *sim, unsigned int ms)
{
	serve_until(sim, -1, ms);
}

int request(struct sim *sim, uint16_t command, const void *body, size_t length,
	    int fd, struct message *reply)
{
	static uint16_t id;
	struct header header = {
		.id = ++id,
		.command = command,
		.size = (uint32_t)(sizeof(header) + length),
	};

	if (!message_send(sim, &header, body, length, fd) ||
	    !receive_reply(sim, reply) || reply->header.id != id ||
	    reply->header.command != command ||
	    (reply->header.flags & 0xf) != FLAG_REPLY)
		return -1;
	return reply->header.flags & FLAG_ERROR ? (int)reply->header.error : 0;
}

bool negotiate(struct sim *sim)
{
	static const char body[] = "\0\0\0\0{\"capabilities\":{}}";
	struct message reply;

	return !request(sim, VERSION, body, sizeof(body), -1, &reply) &&
	       reply.header.size > sizeof(reply.header) + 4 &&
	       reply.body[4] == '{' &&
	       !reply.body[reply.header.size - sizeof(reply.header) - 1];
}

int region_read(struct sim *sim, uint32_t region, uint64_t offset,
		uint32_t count, void *data)
{
	uint8_t body[16];
	struct message reply;
	int error;

	memcpy(body, &offset, 8);
	memcpy(body + 8, &region, 4);
	memcpy(body + 12, &count, 4);
	error = request(sim, REGION_READ, body, sizeof(body), -1, &reply);
	if (!error)
		memcpy(data, reply.body + 16, count);
	return error;
}

int region_write(struct sim *sim, uint32_t region, uint64_t offset,
		 uint32_t count, const void *data)
{
	uint8_t body[16 + 64];
	struct message reply;

	memcpy(body, &offset, 8);
	memcpy(body + 8, &region, 4);
	memcpy(body + 12, &count, 4);
	memcpy(body + 16, data, count);
	return request(sim, REGION_WRITE, body, 16 + count, -1, &reply);
}

uint64_t get(struct sim *sim, uint32_t region, uint64_t offset, uint32_t width)
{
	uint64_t value = 0;

	return region_read(sim, region, offset, width, &value) ? ~0ull : value;
}

void put(struct sim *sim, uint32_t region, uint64_t offset, uint32_t width,
	 uint64_t value)
{
	region_write(sim, region, offset, width, &value);
}

void ask(struct sim *sim, const char *line)
{
	char text[256];
	int length = snprintf(text, sizeof(text), "%s\n", line);

	if (write(sim->control, text, (size_t)length) != length)
		perror("control");
}

const char *answer(struct sim *sim)
{
	static char text[65536];
	size_t length = 0, start = 0;

	while (length < sizeof(text) - 1 &&
	       (!sim->memory || serve_until(sim, sim->control, 1000 * PATIENCE)) &&
	       read(sim->control, text + length, 1) == 1) {
		if (text[length++] != '\n')
			continue;
		if (!strncmp(text + start, "ok", 2) ||
		    !strncmp(text + start, "error", 5)) {
			length--;
			break;
		}
		start = length;
	}
	text[length] = 0;
	return text;
}

const char *tell(struct sim *sim, const char *line)
{
	ask(sim, line);
	return answer(sim);
}
