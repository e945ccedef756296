/* Recursion: Ackermann, the towers of Hanoi, permutations, and one that is deep. */
#include <stdio.h>

static unsigned ackermann(unsigned m, unsigned n)
{
	if (m == 0)
		return n + 1;
	return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static unsigned long hanoi(int disks, int from, int to)
{
	if (disks == 0)
		return 0;
	return hanoi(disks - 1, from, 6 - from - to) + 1 + hanoi(disks - 1, 6 - from - to, to);
}

static unsigned permutations(char *text, int at, unsigned sum)
{
	char c;
	int i;

	if (!text[at]) {
		for (i = 0; text[i]; i++)
			sum = sum * 31 + (unsigned char)text[i];
		return sum;
	}
	for (i = at; text[i]; i++) {
		c = text[at], text[at] = text[i], text[i] = c;
		sum = permutations(text, at + 1, sum);
		c = text[at], text[at] = text[i], text[i] = c;
	}
	return sum;
}

__attribute__((noinline)) static unsigned long deep(volatile unsigned long depth)
{
	return depth == 0 ? 0 : deep(depth - 1) + 1;
}

int main(void)
{
	char text[] = "powerpc";

	printf("%u %lu %08x\n", ackermann(2, 300), hanoi(16, 1, 3), permutations(text, 0, 0));
	printf("%lu\n", deep(40000));
	return 0;
}
