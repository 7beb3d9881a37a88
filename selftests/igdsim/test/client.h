/* SPDX-License-Identifier: GPL-2.0-only */
/* The other end of igdsim: a vfio-user client as small as a test needs */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	VERSION = 1, DMA_MAP, DMA_UNMAP, GET_INFO, GET_REGION_INFO, GET_IO_FDS,
	GET_IRQ_INFO, SET_IRQS, REGION_READ, REGION_WRITE, DMA_READ, DMA_WRITE,
	DEVICE_RESET, DIRTY_PAGES, WRITE_MULTI,
};

#define FLAG_REPLY	0x01
#define FLAG_ERROR	0x20

#define BAR0		0
#define BAR2		2
#define BAR4		4
#define CONFIG		7

struct header {
	uint16_t id;
	uint16_t command;
	uint32_t size;
	uint32_t flags;
	uint32_t error;
};

struct message {
	struct header header;
	uint8_t body[8192];
	int fd;			/* -1: none came along */
};

/* What the device finds at an address: false, and it gets a fault */
typedef bool (*memory)(uint64_t address, uint32_t count, uint8_t *bytes,
		       bool write);

struct sim {
	pid_t pid;
	memory memory;		/* NULL: DMA is not answered by itself */
	int client;		/* vfio-user */
	int control;
	char dir[64];
};

/* start: false if it does not come up. stop: its exit status, -1 if it crashed */
bool sim_start(struct sim *sim, const char *program, const char *profile,
	       const char *option);
int sim_stop(struct sim *sim);

bool message_send(struct sim *sim, const struct header *header,
		  const void *body, size_t length, int fd);
bool message_receive(struct sim *sim, struct message *message);

/* a request and its reply: 0, or the errno that came back; -1: nothing came */
int request(struct sim *sim, uint16_t command, const void *body, size_t length,
	    int fd, struct message *reply);
bool negotiate(struct sim *sim);
int region_read(struct sim *sim, uint32_t region, uint64_t offset,
		uint32_t count, void *data);
int region_write(struct sim *sim, uint32_t region, uint64_t offset,
		 uint32_t count, const void *data);
uint64_t get(struct sim *sim, uint32_t region, uint64_t offset, uint32_t width);
void put(struct sim *sim, uint32_t region, uint64_t offset, uint32_t width,
	 uint64_t value);

/* answers DMA for so long */
void serve(struct sim *sim, unsigned int ms);

/* a line of the control channel; the answer with all lines up to ok or error */
void ask(struct sim *sim, const char *line);
const char *answer(struct sim *sim);
const char *tell(struct sim *sim, const char *line);

#endif /* CLIENT_H */
