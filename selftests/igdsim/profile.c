// SPDX-License-Identifier: GPL-2.0-only
/*
 * Profiles: a text file with a dump of configuration space as lspci -xxx prints it,
 * and keywords for what the dump cannot show. README.md describes them.
 */
#include "igdsim.h"
#include "display/display.h"

#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORDS		20
#define MAX_DEPTH		4

struct parser {
	struct profile *profile;
	const char *file;
	unsigned int line;
	unsigned int depth;
	char *words[MAX_WORDS];
	unsigned int count;		/* of words, with the keyword */
	bool dumped[CONFIG_MAX / 16];	/* lines of the dump */
};

__attribute__((format(printf, 2, 3), noreturn))
static void fail(const struct parser *parser, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%u: ", parser->file, parser->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static uint64_t to_number(const struct parser *parser, unsigned int word)
{
	uint64_t value;

	if (!parse_number(parser->words[word], &value))
		fail(parser, "'%s' is not a number: allowed are 123 and 0x7b",
		     parser->words[word]);
	return value;
}

/* A number with K, M or G behind it, or without */
static uint64_t to_size(const struct parser *parser, unsigned int word)
{
	static const char suffixes[] = "KMG";
	char text[32], *last;
	uint64_t value, unit = 1;
	const char *suffix;

	snprintf(text, sizeof(text), "%s", parser->words[word]);
	last = text + strlen(text) - 1;
	suffix = strchr(suffixes, *last);
	if (suffix && last > text) {
		unit <<= 10 * (suffix - suffixes + 1);
		*last = 0;
	}
	if (!parse_number(text, &value))
		fail(parser, "'%s' is not a size: allowed are 4096, 0x1000, 4K, 16M, 1G",
		     parser->words[word]);
	return value * unit;
}

static uint32_t to_number32(const struct parser *parser, unsigned int word)
{
	uint64_t value = to_number(parser, word);

	if (value > UINT32_MAX)
		fail(parser, "%s does not fit into 32 bits", parser->words[word]);
	return (uint32_t)value;
}

static unsigned int to_width(const struct parser *parser, unsigned int word)
{
	uint64_t value = to_number(parser, word);

	if (value != 1 && value != 2 && value != 4 && value != 8)
		fail(parser, "%s is not a width: allowed are 1, 2, 4, 8 bytes",
		     parser->words[word]);
	return (unsigned int)value;
}

static uint32_t config_offset(const struct parser *parser, unsigned int word,
			      unsigned int bytes)
{
	uint64_t offset = to_number(parser, word);

	if (offset % bytes || offset + bytes > CONFIG_MAX)
		fail(parser, "%s is not a config register of %u bytes: allowed are 0 to 0x%x",
		     parser->words[word], bytes, CONFIG_MAX - bytes);
	return (uint32_t)offset;
}

/* BAR0 has to come first, so that registers can be checked against its size */
static uint32_t bar0_offset(const struct parser *parser, unsigned int word,
			    unsigned int bytes)
{
	uint64_t offset = to_number(parser, word);
	uint64_t end = parser->profile->gtt.base;

	if (!end)
		fail(parser, "a register before the 'gtt' line, where registers end");
	if (offset % bytes || offset + bytes > end)
		fail(parser, "%s is not a register of %u bytes: allowed are multiples below 0x%llx",
		     parser->words[word], bytes, (unsigned long long)end);
	return (uint32_t)offset;
}

static void parse_name(struct parser *parser)
{
	char *name = parser->profile->name;
	size_t room = sizeof(parser->profile->name);

	for (unsigned int i = 1; i < parser->count; i++) {
		size_t used = strlen(name);

		snprintf(name + used, room - used, "%s%s", i > 1 ? " " : "",
			 parser->words[i]);
	}
}

static void parse_generation(struct parser *parser)
{
	const char *text = parser->words[1];
	unsigned int major, minor = 0;
	char rest;
	int fields = sscanf(text, "%2u.%2u%c", &major, &minor, &rest);

	if (!(fields == 2 || (fields == 1 && !strchr(text, '.'))) || major < 6)
		fail(parser, "'%s' is not a generation: allowed are 6 and up, as in 9 or 12.70",
		     text);
	parser->profile->generation = 100 * major + minor;
}

static void parse_bar(struct parser *parser)
{
	static const struct {
		const char *kind;
		unsigned int flags;
	} kinds[] = {
		{ "io", 0x1 }, { "mem32", 0x0 }, { "pref32", 0x8 },
		{ "mem64", 0x4 }, { "pref64", 0xc },
	};
	uint64_t index = to_number(parser, 1), bytes = to_size(parser, 3);
	unsigned long long least, most;
	struct bar *bar;
	size_t i;

	if (index != 0 && index != 2 && index != 4)
		fail(parser, "BAR %s: these devices have 0, 2 and 4", parser->words[1]);
	bar = &parser->profile->bars[index];
	if (!strcmp(parser->words[2], "none")) {
		memset(bar, 0, sizeof(*bar));
		return;
	}
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(parser->words[2], kinds[i].kind))
			break;
	if (i == ARRAY_SIZE(kinds))
		fail(parser, "'%s' is no kind of BAR: allowed are io, mem32, pref32, mem64, pref64, none",
		     parser->words[2]);
	least = kinds[i].flags == 0x1 ? 8 : PAGE_SIZE;
	most = kinds[i].flags == 0x1 ? 256 : 1ull << 40;
	if (bytes & (bytes - 1) || bytes < least || bytes > most)
		fail(parser, "%s is not a BAR size: allowed are powers of two, 0x%llx to 0x%llx",
		     parser->words[3], least, most);
	bar->kind = kinds[i].kind;
	bar->flags = kinds[i].flags;
	bar->size = bytes;
}

static void parse_range(struct parser *parser, struct range *range)
{
	range->base = to_number(parser, 1);
	range->size = to_size(parser, 2);
}

static void parse_stolen(struct parser *parser)
{
	parse_range(parser, &parser->profile->stolen);
}

static void parse_gtt_stolen(struct parser *parser)
{
	parse_range(parser, &parser->profile->gtt_stolen);
}

static void parse_reserved(struct parser *parser)
{
	parse_range(parser, &parser->profile->reserved);
}

static void parse_gtt(struct parser *parser)
{
	struct range *gtt = &parser->profile->gtt;
	uint64_t end = parser->profile->bars[0].size;

	gtt->base = to_size(parser, 1);
	gtt->size = to_size(parser, 2);
	if (!end)
		fail(parser, "'gtt' before the line of BAR 0, in which the GTT is");
	if (gtt->base < TRAP_ALL_END || gtt->base % PAGE_SIZE ||
	    gtt->base > end || gtt->size > end - gtt->base)
		fail(parser, "the GTT has to lie between 0x%x and 0x%llx, the end of BAR 0",
		     TRAP_ALL_END, (unsigned long long)end);
}

static void add_latch(struct parser *parser, bool lockable)
{
	struct profile *profile = parser->profile;
	struct latch *latch = &profile->latches[profile->num_latches];

	profile->num_latches++;
	if (profile->num_latches > MAX_RANGES)
		fail(parser, "more than %u writable registers", MAX_RANGES);
	latch->width = to_width(parser, 2);
	latch->offset = config_offset(parser, 1, latch->width);
	latch->lockable = lockable;
}

static void parse_latch(struct parser *parser)
{
	add_latch(parser, false);
}

static void parse_lockable(struct parser *parser)
{
	add_latch(parser, true);
}

static struct rule *next_rule(struct parser *parser, enum rule_kind kind)
{
	struct profile *profile = parser->profile;
	struct rule *rule = &profile->rules[profile->num_rules];

	profile->num_rules++;
	if (profile->num_rules > MAX_RULES)
		fail(parser, "more than %u lines about registers", MAX_RULES);
	rule->kind = kind;
	return rule;
}

static struct rule *add_rule(struct parser *parser, enum rule_kind kind,
			     unsigned int bytes)
{
	struct rule *rule = next_rule(parser, kind);

	rule->width = bytes;
	rule->reg = bar0_offset(parser, 1, bytes);
	return rule;
}

/* Bits that other lines take for granted to be cleared by a 1 */
static void add_acknowledge(struct parser *parser, uint32_t reg, uint32_t bits)
{
	struct rule *rule = next_rule(parser, RULE_ACKNOWLEDGE);

	rule->width = 4;
	rule->reg = reg;
	rule->bits = bits;
}

static void add_value(struct parser *parser, enum rule_kind kind)
{
	unsigned int bytes = to_width(parser, 2);
	struct rule *rule = add_rule(parser, kind, bytes);

	rule->value = to_number(parser, 3);
	if (bytes < 8 && rule->value >> 8 * bytes)
		fail(parser, "%s does not fit into %u bytes", parser->words[3], bytes);
}

static void parse_register(struct parser *parser)
{
	add_value(parser, RULE_REGISTER);
}

static void parse_fixed(struct parser *parser)
{
	add_value(parser, RULE_FIXED);
}

static void parse_firmware(struct parser *parser)
{
	add_value(parser, RULE_FIRMWARE);
}

static void parse_mirror(struct parser *parser)
{
	unsigned int bytes = to_width(parser, 2);

	add_rule(parser, RULE_MIRROR, bytes)->target =
		config_offset(parser, 3, bytes);
}

static void parse_masked(struct parser *parser)
{
	add_rule(parser, RULE_MASKED, 4);
}

static uint32_t to_bits(const struct parser *parser, unsigned int word)
{
	uint32_t value = to_number32(parser, word);

	if (!value)
		fail(parser, "no bit is set in '%s'", parser->words[word]);
	return value;
}

static void add_follow(struct parser *parser, enum rule_kind kind)
{
	struct rule *rule = add_rule(parser, kind, 4);

	rule->bits = to_bits(parser, 2);
	rule->target = bar0_offset(parser, 3, 4);
	rule->target_bits = to_bits(parser, 4);
	if (rule->bits >> __builtin_ctz(rule->bits) !=
	    rule->target_bits >> __builtin_ctz(rule->target_bits))
		fail(parser, "%s and %s differ in shape: allowed is a mask and that mask shifted",
		     parser->words[2], parser->words[4]);
}

static void parse_follow(struct parser *parser)
{
	add_follow(parser, RULE_FOLLOW);
}

static void parse_oppose(struct parser *parser)
{
	add_follow(parser, RULE_OPPOSE);
}

static void parse_clear(struct parser *parser)
{
	add_rule(parser, RULE_CLEAR, 4)->bits = to_bits(parser, 2);
}

static void parse_acknowledge(struct parser *parser)
{
	add_rule(parser, RULE_ACKNOWLEDGE, 4)->bits = to_bits(parser, 2);
}

static void parse_reply(struct parser *parser)
{
	struct rule *rule = add_rule(parser, RULE_REPLY, 4);

	rule->bits = to_bits(parser, 2);
	rule->value = to_number32(parser, 3);
	rule->target = bar0_offset(parser, 4, 4);
	rule->target_bits = to_number32(parser, 5);
	if (rule->value & ~(uint64_t)rule->bits)
		fail(parser, "%s has bits that %s leaves out, so it never matches",
		     parser->words[3], parser->words[2]);
}

/* One more range of registers of BAR0, in a list that has room for so many */
static void parse_registers(struct parser *parser, struct range *ranges,
			    unsigned int *count, unsigned int room)
{
	const uint64_t end = parser->profile->gtt.base;
	uint64_t base = to_number(parser, 1), bytes = to_size(parser, 2);

	if (*count == room)
		fail(parser, "more than %u lines of '%s'", room, parser->words[0]);
	if (!bytes || base > end || bytes > end - base)
		fail(parser, "not a range of registers: allowed are those below 0x%llx, the GTT",
		     (unsigned long long)end);
	ranges[*count].base = base;
	ranges[(*count)++].size = bytes;
}

static void parse_trap(struct parser *parser)
{
	struct profile *profile = parser->profile;

	parse_registers(parser, profile->traps, &profile->num_traps, MAX_RANGES);
}

static void parse_mchbar(struct parser *parser)
{
	struct profile *profile = parser->profile;
	uint64_t base = to_number(parser, 1), bytes = to_size(parser, 2);

	profile->mchbar_writable = !strcmp(parser->words[3], "writable");
	if (!profile->mchbar_writable && strcmp(parser->words[3], "read-only"))
		fail(parser, "'%s' is not what the mirror of MCHBAR can be: allowed are writable, read-only",
		     parser->words[3]);
	if (!bytes || base % PAGE_SIZE || bytes % PAGE_SIZE ||
	    base > profile->gtt.base || bytes > profile->gtt.base - base)
		fail(parser, "not a range of pages with registers: allowed are those below 0x%llx, the GTT",
		     (unsigned long long)profile->gtt.base);
	profile->mchbar.base = base;
	profile->mchbar.size = bytes;
}

static void parse_pipe(struct parser *parser)
{
	struct profile *profile = parser->profile;
	struct pipe_lines *pipe = &profile->pipes[profile->num_pipes];
	const char *name = parser->words[1];

	if (*name != (char)('A' + profile->num_pipes) || name[1] ||
	    profile->num_pipes == MAX_PIPES)
		fail(parser, "'%s' is not the next pipe: allowed are A to D, in this order",
		     name);
	pipe->name = *name;
	pipe->source = bar0_offset(parser, 2, 4);
	pipe->config = bar0_offset(parser, 3, 4);
	profile->num_pipes++;
}

static bool has_pipe(const struct profile *profile, const char *name)
{
	for (unsigned int i = 0; i < profile->num_pipes; i++)
		if (*name == profile->pipes[i].name && !name[1])
			return true;
	return false;
}

/* So many of a kind, each PLANE_STEP above the one before, under it on the screen */
#define PLANE_STEP	0x100

static void parse_planes(struct parser *parser)
{
	struct profile *profile = parser->profile;
	const struct plane_kind *kind = plane_kind_find(parser->words[2]);
	uint64_t count = to_number(parser, 4);

	if (!has_pipe(profile, parser->words[1]))
		fail(parser, "no pipe '%s': allowed are those of a line before",
		     parser->words[1]);
	if (!kind)
		fail(parser, "'%s' is no kind of plane: allowed are %s",
		     parser->words[2], plane_kind_names());
	if (!count || profile->num_planes + count > MAX_PLANES)
		fail(parser, "%s more planes: allowed are 1 to %u in all",
		     parser->words[4], MAX_PLANES);
	for (unsigned int i = 0; i < count; i++) {
		struct plane_lines *plane = &profile->planes[profile->num_planes++];

		plane->pipe = *parser->words[1];
		plane->kind = kind;
		plane->reg = bar0_offset(parser, 3, 4) + i * PLANE_STEP;
		plane->number = count > 1 ? i + 1 : 0;
	}
}

static void parse_edp(struct parser *parser)
{
	parser->profile->edp_config = bar0_offset(parser, 1, 4);
	parser->profile->edp_function = bar0_offset(parser, 2, 4);
}

static void parse_display(struct parser *parser)
{
	struct profile *profile = parser->profile;

	parse_registers(parser, profile->display, &profile->num_display,
			MAX_DISPLAY_RANGES);
}

static void parse_gtt_bits(struct parser *parser)
{
	uint64_t bits = to_number(parser, 1);

	if (bits < 36 || bits > 46)
		fail(parser, "%s bits of an address: allowed are 36 to 46",
		     parser->words[1]);
	parser->profile->gtt_bits = (unsigned int)bits;
}

/* Its state follows its request, as soon as that is written */
static void parse_dbuf(struct parser *parser)
{
	struct profile *profile = parser->profile;
	struct rule *rule = add_rule(parser, RULE_FOLLOW, 4);

	rule->bits = DBUF_REQUEST;
	rule->target = rule->reg;
	rule->target_bits = DBUF_STATE;
	if (profile->num_dbuf == MAX_DBUF)
		fail(parser, "more than %u slices of the display buffer", MAX_DBUF);
	profile->dbuf[profile->num_dbuf++] = rule->reg;
}

static void parse_survives(struct parser *parser)
{
	static const struct {
		const char *word;
		unsigned int survives;
	} words[] = {
		{ "none", 0 }, { "flr", SURVIVES_FLR },
		{ "d3hot", SURVIVES_D3HOT }, { "busmaster", SURVIVES_BUSMASTER },
	};

	parser->profile->survives = 0;
	for (unsigned int i = 1; i < parser->count; i++) {
		size_t word;

		for (word = 0; word < ARRAY_SIZE(words); word++)
			if (!strcmp(parser->words[i], words[word].word))
				break;
		if (word == ARRAY_SIZE(words))
			fail(parser, "'%s' is nothing to survive: allowed are none, flr, d3hot, busmaster",
			     parser->words[i]);
		parser->profile->survives |= words[word].survives;
	}
}

static void parse_screen(struct parser *parser)
{
	struct profile *profile = parser->profile;
	char rest;

	if (sscanf(parser->words[1], "%5ux%5u%c", &profile->screen.width,
		   &profile->screen.height, &rest) != 2 ||
	    profile->screen.width % 16 || !profile->screen.width ||
	    !profile->screen.height || profile->screen.width > 8192 ||
	    profile->screen.height > 8192)
		fail(parser, "'%s' is not a screen: allowed is WIDTHxHEIGHT, up to 8192, WIDTH in steps of 16",
		     parser->words[1]);
	profile->screen.offset = to_size(parser, 2);
	if (profile->screen.offset % PAGE_SIZE ||
	    profile->screen.offset + 4ull * profile->screen.width *
	    profile->screen.height > profile->stolen.size)
		fail(parser, "%s bytes up in stolen memory: allowed are multiples of %u that leave room",
		     parser->words[2], PAGE_SIZE);
	if (!profile->num_planes || !profile->planes[0].kind->light)
		fail(parser, "a screen, before a line 'planes' with one that can show it");
}

/* The bank that has the event, by its first register, and the event's bits */
static struct event to_event(const struct parser *parser, unsigned int word)
{
	struct event event = {
		.reg = bar0_offset(parser, word, 4),
		.bits = to_bits(parser, word + 1),
	};

	return event;
}

static void parse_vblank(struct parser *parser)
{
	unsigned int pipe = (unsigned int)(*parser->words[1] - 'A');

	if (pipe >= MAX_PIPES || parser->words[1][1])
		fail(parser, "'%s' is not a pipe: allowed are A to D", parser->words[1]);
	parser->profile->vblanks[pipe] = to_event(parser, 2);
}

static struct irq_lines *add_irq(struct parser *parser, enum irq_kind kind)
{
	struct profile *profile = parser->profile;
	struct irq_lines *irq = &profile->irqs[profile->num_irqs];

	profile->num_irqs++;
	if (profile->num_irqs > MAX_IRQS)
		fail(parser, "more than %u lines of 'interrupts' and 'master'", MAX_IRQS);
	irq->kind = kind;
	irq->reg = bar0_offset(parser, 1, 4);
	return irq;
}

static void parse_interrupts(struct parser *parser)
{
	struct irq_lines *irq = add_irq(parser, IRQ_BANK);
	struct rule *mask;

	irq->parent.reg = bar0_offset(parser, 2, 4);
	irq->parent.bits = to_number32(parser, 3);
	add_acknowledge(parser, irq->reg + 8, UINT32_MAX);
	/* All is masked at first */
	mask = next_rule(parser, RULE_REGISTER);
	mask->width = 4;
	mask->reg = irq->reg + 4;
	mask->value = UINT32_MAX;
}

static void parse_master(struct parser *parser)
{
	struct irq_lines *irq = add_irq(parser, IRQ_MASTER);

	irq->enable = to_number32(parser, 2);
	irq->parent.reg = bar0_offset(parser, 3, 4);
	irq->parent.bits = to_number32(parser, 4);
}

static struct port_lines *to_port(const struct parser *parser, unsigned int word)
{
	unsigned int port = (unsigned int)(*parser->words[word] - 'A');

	if (port >= MAX_PORTS || parser->words[word][1])
		fail(parser, "'%s' is not a port: allowed are A to D",
		     parser->words[word]);
	return &parser->profile->ports[port];
}

static void parse_gmbus(struct parser *parser)
{
	parser->profile->gmbus = bar0_offset(parser, 1, 4);
}

static void parse_ddc(struct parser *parser)
{
	struct port_lines *port = to_port(parser, 1);

	port->vbt_pin = to_number32(parser, 2);
	port->pin = to_number32(parser, 3);
}

static void parse_aux(struct parser *parser)
{
	struct port_lines *port = to_port(parser, 1);

	port->aux = bar0_offset(parser, 2, 4);
	port->aux_done = to_event(parser, 3);
	/* done, timed out, not understood */
	add_acknowledge(parser, port->aux, 0x52000000);
}

static void parse_hotplug(struct parser *parser)
{
	struct port_lines *port = to_port(parser, 1);

	port->hotplug = to_event(parser, 2);
	port->control = bar0_offset(parser, 4, 4);
	port->enable = to_bits(parser, 5);
	port->pulse = to_bits(parser, 6);
	add_acknowledge(parser, port->control, port->pulse);
}

static void parse_monitor(struct parser *parser)
{
	struct port_lines *port = to_port(parser, 1);

	if (!port->hotplug.bits)
		fail(parser, "port %s has no line of 'hotplug', by which a monitor is found",
		     parser->words[1]);
	port->monitor = true;
}

static void parse_opregion(struct parser *parser)
{
	struct profile *profile = parser->profile;
	char rest;

	if (sscanf(parser->words[1], "%1u.%1u%c", &profile->opregion_major,
		   &profile->opregion_minor, &rest) != 2 || !profile->opregion_major)
		fail(parser, "'%s' is not a version: allowed are 1.0 to 9.9",
		     parser->words[1]);
	profile->mailboxes = to_number32(parser, 2);
}

static void check_vbt(const struct parser *parser)
{
	const struct profile *profile = parser->profile;

	if (profile->vbt_size < 512 || profile->vbt_size > 0xffff)
		fail(parser, "allowed are VBT sizes from 512 to 65535 bytes");
	if (profile->vbt == VBT_MAILBOX &&
	    profile->vbt_size > OPREGION_MAILBOX5 - OPREGION_MAILBOX4)
		fail(parser, "mailbox 4 has room for %u bytes",
		     OPREGION_MAILBOX5 - OPREGION_MAILBOX4);
	if (profile->vbt == VBT_RELATIVE && profile->vbt_where < OPREGION_SIZE)
		fail(parser, "a relative VBT begins behind the OpRegion, at 0x%x or later",
		     OPREGION_SIZE);
}

static void parse_vbt(struct parser *parser)
{
	static const struct {
		const char *word;
		enum vbt_kind kind;
	} kinds[] = {
		{ "mailbox", VBT_MAILBOX },
		{ "relative", VBT_RELATIVE },
		{ "absolute", VBT_ABSOLUTE },
	};
	struct profile *profile = parser->profile;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(parser->words[1], kinds[i].word))
			profile->vbt = kinds[i].kind;
	if (profile->vbt == VBT_NONE)
		fail(parser, "'%s' is no place for a VBT: allowed are mailbox, relative, absolute",
		     parser->words[1]);
	profile->vbt_where = to_number(parser, 2);
	profile->vbt_size = to_number32(parser, 3);
	profile->vbt_version = to_number32(parser, 4);
	check_vbt(parser);
}

static void parse_output(struct parser *parser)
{
	static const char * const types[] = { "hdmi", "dp" };
	struct profile *profile = parser->profile;
	struct output *output = &profile->outputs[profile->num_outputs];
	const char *port = parser->words[2];

	profile->num_outputs++;
	if (profile->num_outputs > MAX_OUTPUTS)
		fail(parser, "more than %u outputs", MAX_OUTPUTS);
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(parser->words[1], types[i]))
			output->type = types[i];
	if (!output->type || *port < 'A' || *port > 'D' || port[1])
		fail(parser, "'%s %s' is not an output: allowed are hdmi and dp, A to D",
		     parser->words[1], port);
	output->port = (unsigned int)(*port - 'A');
}

static void parse_file(struct parser *parser, const char *path);

/* A file named in a profile lies beside it */
static void parse_include(struct parser *parser)
{
	const char *file = parser->file;
	unsigned int line = parser->line;
	char *copy = strdup(file), path[4096];

	parser->depth++;
	if (parser->depth > MAX_DEPTH)
		fail(parser, "files include each other more than %u deep", MAX_DEPTH);
	if (!copy)
		die("igdsim: no memory left for a profile");
	snprintf(path, sizeof(path), "%s/%s", dirname(copy), parser->words[1]);
	free(copy);
	parse_file(parser, path);
	parser->depth--;
	parser->file = file;
	parser->line = line;
}

static const struct keyword {
	const char *word;
	void (*parse)(struct parser *parser);
	unsigned int words;	/* behind the keyword; 0: any number */
	const char *usage;
} keywords[] = {
	{ "name", parse_name, 0, "TEXT" },
	{ "generation", parse_generation, 1, "MAJOR[.MINOR]" },
	{ "bar", parse_bar, 3, "0|2|4 KIND SIZE" },
	{ "stolen", parse_stolen, 2, "BASE SIZE" },
	{ "gtt-stolen", parse_gtt_stolen, 2, "BASE SIZE" },
	{ "reserved", parse_reserved, 2, "BASE SIZE" },
	{ "latch", parse_latch, 2, "OFFSET WIDTH" },
	{ "lockable", parse_lockable, 2, "OFFSET WIDTH" },
	{ "gtt", parse_gtt, 2, "OFFSET SIZE" },
	{ "register", parse_register, 3, "REGISTER WIDTH VALUE" },
	{ "fixed", parse_fixed, 3, "REGISTER WIDTH VALUE" },
	{ "mirror", parse_mirror, 3, "REGISTER WIDTH OFFSET" },
	{ "masked", parse_masked, 1, "REGISTER" },
	{ "follow", parse_follow, 4, "REGISTER BITS REGISTER BITS" },
	{ "oppose", parse_oppose, 4, "REGISTER BITS REGISTER BITS" },
	{ "clear", parse_clear, 2, "REGISTER BITS" },
	{ "acknowledge", parse_acknowledge, 2, "REGISTER BITS" },
	{ "reply", parse_reply, 5, "REGISTER BITS VALUE REGISTER VALUE" },
	{ "trap", parse_trap, 2, "REGISTER SIZE" },
	{ "firmware", parse_firmware, 3, "REGISTER WIDTH VALUE" },
	{ "pipe", parse_pipe, 3, "A|B|C|D PIPESRC PIPECONF" },
	{ "planes", parse_planes, 4, "A|B|C|D KIND REGISTER COUNT" },
	{ "edp", parse_edp, 2, "TRANSCONF TRANS_DDI_FUNC_CTL" },
	{ "display", parse_display, 2, "REGISTER SIZE" },
	{ "dbuf", parse_dbuf, 1, "REGISTER" },
	{ "gtt-bits", parse_gtt_bits, 1, "BITS" },
	{ "scanout-survives", parse_survives, 0, "none | flr d3hot busmaster" },
	{ "firmware-screen", parse_screen, 2, "WIDTHxHEIGHT OFFSET" },
	{ "vblank", parse_vblank, 3, "PIPE ISR BITS" },
	{ "interrupts", parse_interrupts, 3, "ISR 0|MASTER|ISR BITS" },
	{ "master", parse_master, 4, "REGISTER ENABLE 0|MASTER BITS" },
	{ "gmbus", parse_gmbus, 1, "REGISTER" },
	{ "ddc", parse_ddc, 3, "PORT VBT-PIN PIN" },
	{ "aux", parse_aux, 4, "PORT REGISTER ISR BITS" },
	{ "hotplug", parse_hotplug, 6, "PORT ISR BITS CONTROL ENABLE PULSE" },
	{ "monitor", parse_monitor, 1, "PORT" },
	{ "mchbar", parse_mchbar, 3, "REGISTER SIZE writable|read-only" },
	{ "opregion", parse_opregion, 2, "MAJOR.MINOR MAILBOXES" },
	{ "vbt", parse_vbt, 4, "mailbox|relative|absolute WHERE SIZE VERSION" },
	{ "output", parse_output, 2, "hdmi|dp A|B|C|D" },
	{ "include", parse_include, 1, "FILE" },
};

static void parse_keyword(struct parser *parser)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		const struct keyword *keyword = &keywords[i];

		if (strcmp(parser->words[0], keyword->word))
			continue;
		if (parser->count < 2 ||
		    (keyword->words && parser->count != keyword->words + 1))
			fail(parser, "'%s' with %u words behind it: allowed is %s %s",
			     keyword->word, parser->count - 1, keyword->word,
			     keyword->usage);
		keyword->parse(parser);
		return;
	}
	fprintf(stderr, "%s:%u: '%s' is neither a line of a dump nor a keyword: allowed are",
		parser->file, parser->line, parser->words[0]);
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		fprintf(stderr, " %s", keywords[i].word);
	fputc('\n', stderr);
	exit(1);
}

/* "40: 09 70 0c 01 ..." */
static bool is_dump(const char *word)
{
	size_t digits = strspn(word, "0123456789abcdef");

	return digits >= 2 && word[digits] == ':' && !word[digits + 1];
}

static void parse_dump(struct parser *parser)
{
	unsigned long offset = strtoul(parser->words[0], NULL, 16);
	uint8_t *bytes = parser->profile->config + offset;

	if (offset % 16 || offset >= CONFIG_MAX)
		fail(parser, "'%s' is no line of a dump: allowed are 00: to ff0: in steps of 10",
		     parser->words[0]);
	if (parser->dumped[offset / 16])
		fail(parser, "this line of the dump has been given already");
	if (parser->count != 17)
		fail(parser, "%u bytes in a line of the dump: allowed are 16",
		     parser->count - 1);
	for (unsigned int i = 0; i < 16; i++) {
		const char *word = parser->words[1 + i];

		if (strlen(word) != 2 || strspn(word, "0123456789abcdef") != 2)
			fail(parser, "'%s' is not a byte: allowed are 00 to ff", word);
		bytes[i] = (uint8_t)strtoul(word, NULL, 16);
	}
	parser->dumped[offset / 16] = true;
}

static void parse_line(struct parser *parser, char *line)
{
	char *save = NULL;

	line[strcspn(line, "#\n")] = 0;
	parser->count = 0;
	for (char *word = strtok_r(line, " \t\r", &save); word;
	     word = strtok_r(NULL, " \t\r", &save)) {
		if (parser->count == MAX_WORDS)
			fail(parser, "more than %u words", MAX_WORDS);
		parser->words[parser->count++] = word;
	}
	if (!parser->count)
		return;
	if (is_dump(parser->words[0]))
		parse_dump(parser);
	else
		parse_keyword(parser);
}

static void parse_file(struct parser *parser, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[256];

	if (!file && parser->file)
		fail(parser, "cannot read %s: %s", path, strerror(errno));
	if (!file)
		die("igdsim: cannot read the profile %s: %m", path);
	parser->file = path;
	parser->line = 0;
	while (fgets(line, sizeof(line), file)) {
		parser->line++;
		if (!strchr(line, '\n') && !feof(file))
			fail(parser, "line longer than %zu bytes", sizeof(line) - 2);
		parse_line(parser, line);
	}
	fclose(file);
}

static void check_bars(const struct parser *parser)
{
	for (unsigned int n = 0; n < NUM_BARS; n++) {
		const struct bar *bar = &parser->profile->bars[n];
		uint32_t low = (uint32_t)get_le(parser->profile->config +
						CFG_BAR(n), 4);
		uint32_t mask = bar->flags == 1 ? 0x3 : 0xf;

		if (bar->kind && ((low & mask) != bar->flags ||
				  (low & ~mask & (bar->size - 1))))
			fail(parser, "the dump has 0x%08x in BAR %u: not %s of 0x%llx bytes",
			     low, n, bar->kind, (unsigned long long)bar->size);
	}
}

/* Gen 6 and 7 have 40, Haswell 39; gen 8 on 39, gen 12 on 46 (i915's intel_gtt.h) */
static unsigned int gtt_bits(const struct profile *profile)
{
	if (profile->generation >= 1200)
		return 46;
	return profile->generation >= 800 ? 39 : 40;
}

static bool has_bank(const struct profile *profile, const struct event *event)
{
	for (unsigned int i = 0; i < profile->num_irqs; i++)
		if (profile->irqs[i].kind == IRQ_BANK &&
		    profile->irqs[i].reg == event->reg)
			return true;
	return !event->bits;
}

static void check_event(const struct parser *parser, const struct event *event)
{
	if (!has_bank(parser->profile, event))
		fail(parser, "no 'interrupts' at 0x%x, which other lines name",
		     event->reg);
}

static const struct irq_lines *find_irq(const struct profile *profile, uint32_t reg)
{
	for (unsigned int i = 0; i < profile->num_irqs; i++)
		if (profile->irqs[i].reg == reg)
			return &profile->irqs[i];
	return NULL;
}

/* From each a way leads to the one that tells the CPU */
static void check_irqs(const struct parser *parser)
{
	const struct profile *profile = parser->profile;

	for (unsigned int i = 0; i < profile->num_irqs; i++) {
		const struct irq_lines *irq = &profile->irqs[i];
		unsigned int steps = 0;

		for (; irq && irq->parent.reg && steps <= MAX_IRQS; steps++)
			irq = find_irq(profile, irq->parent.reg);
		if (!irq || steps > MAX_IRQS)
			fail(parser, "no way from the interrupts at 0x%x to one that tells the CPU (0)",
			     profile->irqs[i].reg);
	}
	for (unsigned int i = 0; i < MAX_PIPES; i++)
		check_event(parser, &profile->vblanks[i]);
	for (unsigned int i = 0; i < MAX_PORTS; i++) {
		check_event(parser, &profile->ports[i].aux_done);
		check_event(parser, &profile->ports[i].hotplug);
	}
}

/* What only shows when all has been read; the line is the last one */
static void check(struct parser *parser)
{
	struct profile *profile = parser->profile;

	for (unsigned int i = 0; i < 16; i++)
		if (!parser->dumped[i])
			fail(parser, "line %x0: of the dump is missing", i);
	for (unsigned int i = 16; i < ARRAY_SIZE(parser->dumped); i++)
		if (parser->dumped[i])
			profile->config_size = CONFIG_MAX;
	if (get_le(profile->config, 2) != 0x8086 || profile->config[0xb] != 0x03)
		fail(parser, "the dump is not of an Intel (8086) display device (class 03)");
	if (!*profile->name || !profile->generation)
		fail(parser, "no 'name' or no 'generation'");
	if (!profile->gtt.base)
		fail(parser, "no 'gtt', which says where in BAR 0 registers end");
	if (!profile->gtt_bits)
		profile->gtt_bits = gtt_bits(profile);
	if (profile->gtt.base + profile->gtt.size > profile->bars[0].size)
		fail(parser, "BAR 0 ends before the GTT does: a line 'gtt' behind that of BAR 0 moves it");
	for (unsigned int i = 0; i < profile->num_rules; i++)
		if (profile->rules[i].reg + profile->rules[i].width > profile->gtt.base)
			fail(parser, "a register at 0x%x, where the GTT is",
			     profile->rules[i].reg);
	check_bars(parser);
	check_irqs(parser);
	if (profile->vbt && !profile->opregion_major)
		fail(parser, "a VBT without an OpRegion to find it by");
}

struct profile *profile_load(const char *path)
{
	struct parser parser = {
		.profile = xcalloc(1, sizeof(struct profile)),
	};

	parser.profile->config_size = 256;
	parser.profile->survives = SURVIVES_FLR | SURVIVES_D3HOT | SURVIVES_BUSMASTER;
	parse_file(&parser, path);
	check(&parser);
	return parser.profile;
}
