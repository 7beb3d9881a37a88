// SPDX-License-Identifier: GPL-2.0-only
/* After all others: did the kernel complain of the display meanwhile? */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "igdtest.h"

/* Is this a line of the kernel's log that no healthy display leaves? */
static bool complains(const char *line)
{
	static const char * const always[] = {
		"*ERROR*", "WARNING:", "BUG:", "Call Trace",
	};
	static const char * const of_display[] = {
		"timed out", "timeout", "Timeout", "stuck", "lied", "underrun",
		"nclaimed", "failure",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(always); i++)
		if (strstr(line, always[i]))
			return true;
	for (unsigned int i = 0; i < ARRAY_SIZE(of_display); i++)
		if (strstr(line, "i915") && strstr(line, of_display[i]))
			return true;
	return false;
}

TEST(the_kernel_has_nothing_to_complain_of)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool console = false;
	char record[8192];
	ssize_t length;

	ASSERT_GE(log, 0);
	while ((length = read(log, record, sizeof(record) - 1)) > 0) {
		record[length] = 0;
		EXPECT_FALSE(complains(record))
			TH_LOG("%s", record);
		console |= !!strstr(record, "fb0: i915drmfb");
	}
	/* It is the whole log: nothing has fallen out of it */
	EXPECT_EQ(errno, EAGAIN);
	EXPECT_TRUE(console);
	close(log);
}

TEST_HARNESS_MAIN
