// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the virtual host: helps KVM with TCG, which is the CPU here and is no
 * perfect one (up to QEMU 11.1.3)
 *
 * KVM lets a guest write CR8 on its own while no interrupt waits for it to do
 * so. TCG aborts in such a write when KVM is waiting for the guest to take
 * interrupts again; EDK2 writes CR8 at the end of each interrupt. With this,
 * KVM writes it for the guest.
 *
 * When an exit interrupts the delivery of an event, EXITINTINFO says of which
 * type it is. TCG leaves the type of the last event there that was delivered,
 * and clears the valid bit alone. From Linux 6.15 on KVM looks at the type
 * alone, and ends a guest that touches emulated memory just then, as SeaBIOS
 * does with the VGA's. With this, it goes on as older ones do.
 *
 * TCG remembers an interrupt that VMRUN injects as an exception that is yet to be
 * delivered, until the guest's next exit. Whatever interrupts TCG before that - each
 * change of a BAR's mapping does, on all CPUs - delivers it once more, also while
 * the guest has interrupts off; and a guest whose timer interrupt comes while it holds
 * the timers' lock waits for that lock for ever. With this, an injection is followed by
 * an exit at once.
 */

#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <asm/smp.h>

/* From KVM's kvm_emulate.h, which is its own */
#define X86EMUL_CONTINUE		0
#define X86EMUL_UNHANDLEABLE_VECTORING	7

/* (vcpu, tpr, irr): intercepts where a request irr is not above tpr */
static int update_cr8_intercept(struct kprobe *probe, struct pt_regs *regs)
{
	regs->si = 0;
	regs->dx = 0;
	return 0;
}

static int check_emulate_instruction(struct kretprobe_instance *instance,
				     struct pt_regs *regs)
{
	if ((int)regs_return_value(regs) == X86EMUL_UNHANDLEABLE_VECTORING)
		regs_set_return_value(regs, X86EMUL_CONTINUE);
	return 0;
}

/*
 * The thread of the virtual CPU that is about to take an interrupt. Guests here have
 * one CPU, and there is one at a time.
 */
static struct task_struct *injected;

static int inject_irq(struct kprobe *probe, struct pt_regs *regs)
{
	WRITE_ONCE(injected, current);
	return 0;
}

/*
 * Interrupts are off by now: what is sent waits for VMRUN, and ends it. In brackets,
 * as a macro of that name traces it by a symbol that modules do not get.
 */
static int vcpu_run(struct kprobe *probe, struct pt_regs *regs)
{
	if (cmpxchg(&injected, current, NULL) == current)
		(smp_ops.smp_send_reschedule)(smp_processor_id());
	return 0;
}

static struct kprobe probes[] = {
	{
		.symbol_name = "svm_update_cr8_intercept",
		.pre_handler = update_cr8_intercept,
	},
	{
		.symbol_name = "svm_inject_irq",
		.pre_handler = inject_irq,
	},
	{
		.symbol_name = "svm_vcpu_run",
		.pre_handler = vcpu_run,
	},
};

static struct kretprobe vectoring = {
	.kp.symbol_name = "svm_check_emulate_instruction",
	.handler = check_emulate_instruction,
};

static int __init tcg_svm_init(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		ret = register_kprobe(&probes[i]);
		if (ret)
			goto unregister;
	}

	/* 6.1 has no function of that name, and no need of it */
	ret = register_kretprobe(&vectoring);
	if (!ret || ret == -ENOENT)
		return 0;
unregister:
	while (i--)
		unregister_kprobe(&probes[i]);
	return ret;
}
module_init(tcg_svm_init);

MODULE_DESCRIPTION("Helps KVM with what TCG's SVM does wrong");
MODULE_LICENSE("GPL");
