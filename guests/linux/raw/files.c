/*
 * Standard input, and a file that the caller lets it read: its name is the first argument, the second is that of a file
 * that is not there.
 *
 * Copies standard input to standard output, prints the file from its fifth byte on, and checks what the system says of
 * both. Status 0.
 */
#include "sys.h"

#define IS_64BIT (sizeof(long) == 8)

static unsigned long word(const char *p, int width)
{
	return width == 8 ? *(const unsigned long long *)p : *(const unsigned int *)p;
}

int main(unsigned long sp)
{
	char **args = (char **)((unsigned long *)sp + 1);
	char bytes[256];
	unsigned long size;
	long long at;
	long n, fd;

	while ((n = SYS3(3, 0, bytes, sizeof(bytes))) > 0)
		SYS3(4, 1, bytes, n);
	CHECK(n == 0);
	CHECK(SYS3(19, 0, 0, 1) == -29);	/* a pipe has no position */
	CHECK(SYS3(54, 1, 0x402c7413, bytes) == -25);	/* and is no terminal */

	CHECK(SYS3(5, args[2], 0, 0) == -2);
	CHECK(SYS3(5, "", 0, 0) == -2);
	fd = SYS4(286, -100, args[1], 0, 0);
	CHECK(fd == 3);
	size = SYS3(19, fd, 0, 2);
	CHECK(size > 8);

	/* Its size, by every call that says it. */
	CHECK(SYS2(108, fd, bytes) == 0 && word(bytes + (IS_64BIT ? 48 : 28), sizeof(long)) == size);
	CHECK(SYS2(106, args[1], bytes) == 0 && word(bytes + (IS_64BIT ? 48 : 28), sizeof(long)) == size);
	CHECK(SYS4(291, -100, args[1], bytes, 0) == 0 && word(bytes + 48, 8) == size);
	CHECK(SYS4(291, fd, "", bytes, 0x1000) == 0 && word(bytes + 48, 8) == size);
	CHECK(SYS5(383, -100, args[1], 0, 0x7ff, bytes) == 0 && word(bytes + 40, 8) == size);
	if (!IS_64BIT) {
		CHECK(SYS2(197, fd, bytes) == 0 && word(bytes + 48, 8) == size);
		CHECK(SYS2(195, args[1], bytes) == 0 && (word(bytes + 16, 4) & 0170000) == 0100000);
	}

	/* Positions. */
	CHECK(SYS5(140, fd, 0, 4, &at, 0) == 0 && at == 4);
	if (IS_64BIT)
		CHECK(SYS4(179, fd, bytes, 4, 2) == 4);
	else
		CHECK(SYS6(179, fd, bytes, 4, 0, 0, 2) == 4);
	CHECK(SYS3(19, fd, 0, 1) == 4);
	while ((n = SYS3(3, fd, bytes, 7)) > 0)
		SYS3(4, 1, bytes, n);
	CHECK(SYS3(19, fd, -1, 0) == -22);

	/* Descriptors. */
	CHECK(SYS1(41, fd) == 4 && SYS2(63, fd, 9) == 9 && SYS1(6, 9) == 0 && SYS1(6, 9) == -9);
	CHECK(SYS3(55, fd, 1, 0) == 0 && SYS3(55, 99, 1, 0) == -9);
	CHECK(SYS3(5, "/dev/null", 1, 0) == 5 && SYS3(4, 5, bytes, 9) == 9);
	CHECK(SYS3(4, fd, bytes, 1) == -9);
	return 0;
}
