// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the virtual host's kernel hold its TSC to be unstable, as it does by itself
 * on a busy machine without tsc=reliable: selftests/stall/run --show unstable
 */
#include <linux/module.h>

#include <asm/tsc.h>

static int __init unstable_init(void)
{
	mark_tsc_unstable("selftests/stall");
	return 0;
}
module_init(unstable_init);

static void __exit unstable_exit(void)
{
}
module_exit(unstable_exit);

MODULE_DESCRIPTION("Makes the kernel distrust its TSC");
MODULE_LICENSE("GPL");
