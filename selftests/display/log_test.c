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

TEST(a_late_update_is_told_from_a_cpu_that_stood_still)
{
	EXPECT_TRUE(klog_cpu_stood_still("*ERROR* Atomic update failure on pipe A (start=290 end=291) time 23885 us, min 763"));
	EXPECT_FALSE(klog_cpu_stood_still("*ERROR* Atomic update failure on pipe A (start=290 end=291) time 88 us, min 763"));
	EXPECT_FALSE(klog_cpu_stood_still("*ERROR* something else, time 23885 us"));
}

TEST(the_kernel_has_nothing_to_complain_of)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	unsigned int stood_still = 0;
	bool console = false;
	char record[8192];
	ssize_t length;

	ASSERT_GE(log, 0);
	while ((length = read(log, record, sizeof(record) - 1)) > 0) {
		record[length] = 0;
		if (klog_cpu_stood_still(record)) {
			stood_still++;
			continue;
		}
		EXPECT_FALSE(complains(record))
			TH_LOG("%s", record);
		console |= !!strstr(record, "fb0: i915drmfb");
	}
	/* It is the whole log: nothing has fallen out of it */
	EXPECT_EQ(errno, EAGAIN);
	EXPECT_TRUE(console);
	if (stood_still)
		TH_LOG("in %u updates of a plane the machine's CPU stood still",
		       stood_still);
	close(log);
}

TEST_HARNESS_MAIN
