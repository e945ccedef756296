/* Ends by abort: what was flushed is there, the status is that of SIGABRT. */
#include <stdio.h>
#include <stdlib.h>

static void never(void)
{
	puts("not reached");
}

int main(void)
{
	atexit(never);
	printf("before\n");
	fflush(stdout);
	printf("lost");
	abort();
}
