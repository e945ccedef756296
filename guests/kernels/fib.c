/*
 * Doubly recursive Fibonacci numbers: calls, returns and stack frames.
 * Prints "fib: fib(25) = 75025" (OEIS A000045).
 */
#include "guest.h"

/* noinline and noipa keep the compiler from unrolling the recursion this guest is about. */
__attribute__((noinline, noipa)) static unsigned long fib(unsigned long n)
{
	return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(unsigned long entry_r1)
{
	unsigned long f = 0;

	(void)entry_r1;
	for (int r = 0; r < REPEAT; r++) {
		f = fib(25);
		if (f != 75025)
			break;
	}
	put_str("fib: fib(25) = ");
	put_dec(f);
	put_str("\n");
	return f != 75025;
}
