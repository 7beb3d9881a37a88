// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the virtual host: makes KVM look at each write of CR8
 *
 * KVM lets a guest write CR8 on its own while no interrupt waits for it to do
 * so. TCG, which is the CPU here (up to QEMU 11.1.3), aborts in such a write
 * when KVM is waiting for the guest to take interrupts again; EDK2 writes CR8
 * at the end of each interrupt. With this, KVM writes it for the guest.
 */

#include <linux/kprobes.h>
#include <linux/module.h>

/* (vcpu, tpr, irr): intercepts where a request irr is not above tpr */
static int update_cr8_intercept(struct kprobe *probe, struct pt_regs *regs)
{
	regs->si = 0;
	regs->dx = 0;
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "svm_update_cr8_intercept",
	.pre_handler = update_cr8_intercept,
};

static int __init tcg_cr8_init(void)
{
	return register_kprobe(&probe);
}
module_init(tcg_cr8_init);

static void __exit tcg_cr8_exit(void)
{
	unregister_kprobe(&probe);
}
module_exit(tcg_cr8_exit);

MODULE_DESCRIPTION("Keeps nested guests from an abort of TCG");
MODULE_LICENSE("GPL");
