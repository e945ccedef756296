/* An assertion that does not hold: its message is on standard error, the status that of SIGABRT. */
#include <assert.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	(void)argv;
	setvbuf(stdout, NULL, _IONBF, 0);
	printf("before\n");
	assert(argc > 100);
	return 0;
}
