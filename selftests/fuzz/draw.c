// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of an operation
 *
 * What a guest writes must not be taken for an address of the host's when it is read
 * again, nor what the driver computes from it. Host addresses of all profiles are
 * between 0x4b000000 and 0xa8000000, so that bytes are drawn whose upper three bits are
 * alike: what is some 128 MiB from such an address is still none of those.
 */
#include <stdint.h>

#include "fuzz.h"

static bool forbidden[256];

/* The last step of splitmix64, by Sebastiano Vigna, in the public domain */
static u64 mix(u64 z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

void draw_begin(struct worker *me, u64 seed, u64 op)
{
	me->state = mix(mix(seed + me->number) + op);
}

u64 draw(struct worker *me)
{
	return mix(me->state += 0x9e3779b97f4a7c15ULL);
}

u64 draw_below(struct worker *me, u64 end)
{
	u64 number = draw(me);

	return end ? number % end : 0;
}

bool draw_one_in(struct worker *me, u64 count)
{
	return !draw_below(me, count);
}

/* Around a border; also before 0, which is at the end of everything */
u64 draw_near(struct worker *me, u64 at)
{
	return at + draw_below(me, 32) - 16;
}

/* May what is drawn, or is computed from that, look like this address? */
bool draw_can(u32 address)
{
	u8 top = address >> 24;

	return top < 0x28 || top >= 0xd8;
}

/* A byte that tells this address from others is not drawn any more */
void draw_forbid(u32 address)
{
	unsigned int i;

	for (i = 2; i < 4; i++) {
		u8 byte = address >> 8 * i;

		if (byte && byte != 0xff)
			forbidden[byte] = true;
	}
}

u8 draw_byte(struct worker *me)
{
	u8 byte = draw(me);

	byte = byte & 0x20 ? byte | 0xe0 : byte & 0x1f;
	return forbidden[byte] ? 0xff : byte;
}

u64 draw_value(struct worker *me, unsigned int width)
{
	u64 value = 0;

	while (width--)
		value = value << 8 | draw_byte(me);
	return value;
}

void draw_fill(struct worker *me, u8 *bytes, size_t len)
{
	unsigned int how = draw_below(me, 8);

	while (len--)
		*bytes++ = how == 0 ? 0 : how == 1 ? 0xff : draw_byte(me);
}

/* An address that the kernel has to refuse, or memory that is not what it is for */
u64 draw_pointer(struct worker *me)
{
	const u64 pointers[] = {
		0, 1, PAGE - 1,
		0xffff888000000000,		/* the kernel's map of all memory */
		0xffffffff81000000,		/* its text */
		0xffffffffff600000,		/* vsyscall's page */
		~0ULL, ~0ULL - PAGE,
		0x0000800000000000,		/* no address at all */
		0x00007ffffffff000,
		(uintptr_t)me->room + ROOM - 1,	/* one byte of memory is left */
		(uintptr_t)me->room + ROOM,	/* none */
		(uintptr_t)me->room + ROOM + PAGE,	/* that can be read alone */
	};

	return pointers[draw_below(me, ARRAY_SIZE(pointers))];
}
