// SPDX-License-Identifier: GPL-2.0-only
/* --print: what scripts want to know of a profile, one value at a time */
#include "igdsim.h"

#include <string.h>

/* For the kernel's command line: keep the images out of its memory */
static void print_memmap(const struct image *opregion, const struct image *vbt)
{
	if (opregion->size)
		printf("memmap=0x%llx$0x%llx", (unsigned long long)opregion->size,
		       (unsigned long long)opregion->address);
	if (vbt->size)
		printf(" memmap=0x%llx$0x%llx", (unsigned long long)vbt->size,
		       (unsigned long long)vbt->address);
	puts("");
}

/* What a register of BAR 0 reads after a reset */
static uint64_t initial(const struct profile *profile, uint32_t reg)
{
	for (unsigned int i = 0; i < profile->num_rules; i++) {
		const struct rule *rule = &profile->rules[i];

		if (rule->reg != reg)
			continue;
		if (rule->kind == RULE_MIRROR)
			return get_le(profile->config + rule->target,
				      rule->width);
		if (rule->kind == RULE_FIXED || rule->kind == RULE_REGISTER)
			return rule->value;
	}
	return 0;
}

static const char *const words[] = {
	"name", "generation", "device", "subsystem", "opregion-version",
	"memmap",
};

static void print_word(const struct profile *profile, const char *word)
{
	const struct image opregion = opregion_image(profile);
	const struct image vbt = vbt_image(profile);
	const uint8_t *config = profile->config;

	if (!strcmp(word, "name"))
		puts(profile->name);
	else if (!strcmp(word, "generation"))
		printf("%u\n", profile->generation);
	else if (!strcmp(word, "device"))
		printf("%02x%02x:%02x%02x\n", config[1], config[0], config[3],
		       config[2]);
	else if (!strcmp(word, "subsystem"))
		printf("%02x%02x:%02x%02x\n", config[0x2d], config[0x2c],
		       config[0x2f], config[0x2e]);
	else if (!strcmp(word, "opregion-version"))
		printf("%u.%u\n", profile->opregion_major,
		       profile->opregion_minor);
	else
		print_memmap(&opregion, &vbt);
}

/* One key, or with "all" each of them, in lines that begin with the key */
void profile_print(const struct profile *profile, const char *key)
{
	const struct image opregion = opregion_image(profile);
	const struct image vbt = vbt_image(profile);
	const struct image screen = screen_image(profile);
	const bool rvda = profile->vbt != VBT_MAILBOX;
	const bool all = !strcmp(key, "all");
	const uint8_t *config = profile->config;
	const struct {
		const char *key;
		uint64_t value;
	} numbers[] = {
		{ "bar0-size", profile->bars[0].size },
		{ "bar2-size", profile->bars[2].size },
		{ "bar4-size", profile->bars[4].size },
		{ "gtt-offset", profile->gtt.base },
		{ "gtt-size", profile->gtt.size },
		{ "bdsm", profile->stolen.base },
		{ "dsm-size", profile->stolen.size },
		{ "gsm", profile->gtt_stolen.base },
		{ "gsm-size", profile->gtt_stolen.size },
		{ "reserved", profile->reserved.base },
		{ "reserved-size", profile->reserved.size },
		{ "ggc", get_le(config + CFG_GGC, 2) },
		{ "stolen-reserved", initial(profile, MMIO_STOLEN_RESERVED) },
		{ "asls", get_le(config + CFG_ASLS, 4) },
		{ "opregion-page", opregion.address },
		{ "opregion-size", opregion.size },
		{ "vbt-page", vbt.address },
		{ "vbt-size", vbt.size },
		{ "screen-page", screen.address },
		{ "screen-size", screen.size },
		{ "screen-width", profile->screen.width },
		{ "screen-height", profile->screen.height },
		{ "rvda", rvda ? profile->vbt_where : 0 },
		{ "rvds", rvda ? profile->vbt_size : 0 },
	};
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!all && strcmp(key, words[i]))
			continue;
		found = true;
		if (all)
			printf("%s ", words[i]);
		print_word(profile, words[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (!all && strcmp(key, numbers[i].key))
			continue;
		found = true;
		if (all)
			printf("%s ", numbers[i].key);
		if (numbers[i].value)
			printf("0x%llx", (unsigned long long)numbers[i].value);
		puts("");
	}
	if (found)
		return;

	fprintf(stderr, "igdsim: no key '%s' to print: allowed are all", key);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		fprintf(stderr, " %s", words[i]);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		fprintf(stderr, " %s", numbers[i].key);
	die("%s", "");
}
