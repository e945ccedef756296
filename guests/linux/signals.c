/* Signals by the C library: raise, sigaction, masks, and a jump out of the handler of a fault. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static sigjmp_buf back;
static volatile sig_atomic_t count;
static int *volatile nowhere;

static void on_signal(int number)
{
	count += number;
}

static void on_fault(int number, siginfo_t *info, void *context)
{
	(void)context;
	printf("signal %d at %p\n", number, info->si_addr);
	siglongjmp(back, number);
}

int main(void)
{
	struct sigaction action;
	sigset_t set, old;
	int caught;

	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
	kill(getpid(), SIGUSR1);
	printf("%d\n", (int)count);

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	raise(SIGUSR1);
	sigpending(&set);
	printf("%d %d\n", (int)count, sigismember(&set, SIGUSR1));
	sigprocmask(SIG_SETMASK, &old, NULL);
	printf("%d\n", (int)count);

	memset(&action, 0, sizeof(action));
	action.sa_sigaction = on_fault;
	action.sa_flags = SA_SIGINFO;
	sigaction(SIGSEGV, &action, NULL);
	for (caught = 0; caught < 3; caught++)
		if (sigsetjmp(back, 1) == 0)
			nowhere[caught] = 1;
	signal(SIGCHLD, SIG_DFL);
	raise(SIGCHLD);
	signal(SIGTERM, SIG_IGN);
	raise(SIGTERM);
	printf("caught %d, still here\n", caught);
	fflush(stdout);
	raise(SIGUSR2);
	return 0;
}
