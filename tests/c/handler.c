/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A VMM's side of SPR exits in C, on nothing but the bytes of the run page. Reads one page from standard input, answers
 * it and writes it to standard output: crates/spr-exit/tests/c_abi.rs puts it behind a pipe, one process an exit.
 *
 * The machine: writes of DBCR0 are accepted, PIR reads as 7, anything else is refused.
 */
#include <stdio.h>
#include <string.h>

#include "spr_exit.h"

enum { SPRN_PIR = 286, SPRN_DBCR0 = 308 };

/* Answers the exit on the page. 0: answered. -1: not an SPR exit, the page is untouched. */
int spr_handle(void *kvm_run_page)
{
	unsigned char *page = kvm_run_page;
	struct spr_exit spr;
	uint32_t exit_reason;

	memcpy(&exit_reason, page + SPR_RUN_EXIT_REASON, sizeof(exit_reason));
	if (exit_reason != KVM_EXIT_SPR)
		return -1;

	memcpy(&spr, page + SPR_RUN_UNION, sizeof(spr));
	spr.status = SPR_STATUS_OK;
	if (spr.sprn == SPRN_DBCR0 && spr.is_write) {
		/* A VMM would look for a reset request in spr.data here. */
	} else if (spr.sprn == SPRN_PIR && !spr.is_write) {
		spr.data = 7;
	} else {
		spr.status = SPR_STATUS_FAIL;
	}
	memcpy(page + SPR_RUN_UNION, &spr, sizeof(spr));
	return 0;
}

int main(void)
{
	static unsigned char page[SPR_RUN_SIZE];

	if (fread(page, sizeof(page), 1, stdin) != 1) {
		fprintf(stderr, "handler: standard input is shorter than a run page (%d bytes)\n", SPR_RUN_SIZE);
		return 2;
	}
	if (spr_handle(page) != 0)
		return 1;
	if (fwrite(page, sizeof(page), 1, stdout) != 1 || fflush(stdout) != 0)
		return 2;
	return 0;
}
