/* The way out: handlers in reverse order, buffers flushed, the status that was given. */
#include <stdio.h>
#include <stdlib.h>

static void first(void)
{
	printf("first in, last out");
}

static void second(void)
{
	printf("second\n");
	exit(43);
}

__attribute__((constructor)) static void before(void)
{
	printf("constructor\n");
}

__attribute__((destructor)) static void after(void)
{
	printf("\ndestructor\n");
}

int main(void)
{
	atexit(first);
	atexit(second);
	printf("main\n");
	exit(42);
}
