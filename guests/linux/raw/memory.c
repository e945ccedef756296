/*
 * brk, mmap, mremap, munmap, mprotect; and addresses that are none of the program's.
 *
 * Prints "memory is well". Status 0.
 */
#include "sys.h"

#define PAGE 4096ul
#define PRIVATE 2
#define ANONYMOUS 0x20
#define FIXED 0x10

static char *map(char *at, unsigned long len, int flags)
{
	return (char *)SYS6(90, at, len, 3, flags | PRIVATE | ANONYMOUS, -1, 0);
}

static int is_error(char *p)
{
	return (unsigned long)p > -4096ul;
}

static int is_zero(const char *p, unsigned long len)
{
	while (len--)
		if (*p++)
			return 0;
	return 1;
}

static void fill(char *p, unsigned long len)
{
	while (len--)
		*(volatile char *)p++ = 0x55;
}

struct vector { void *base; unsigned long len; };

int main(unsigned long sp)
{
	char *heap, *a, *b;
	struct vector vectors[2] = {{"memory is", 9}, {" well\n", 6}};

	(void)sp;
	/* The heap grows, shrinks, and is zero where it comes back. */
	heap = (char *)SYS1(45, 0);
	CHECK((char *)SYS1(45, heap + 3 * PAGE) == heap + 3 * PAGE);
	CHECK(is_zero(heap, 3 * PAGE));
	fill(heap, 3 * PAGE);
	CHECK((char *)SYS1(45, heap) == heap);
	CHECK((char *)SYS1(45, heap + 2 * PAGE) == heap + 2 * PAGE);
	CHECK(is_zero((char *)(((unsigned long)heap + PAGE - 1) & -PAGE), PAGE));
	CHECK((char *)SYS1(45, 16) == heap + 2 * PAGE);

	/* Mappings are zero, also where one was before. */
	a = map(0, 4 * PAGE, 0);
	CHECK(!is_error(a) && ((unsigned long)a & (PAGE - 1)) == 0 && is_zero(a, 4 * PAGE));
	fill(a, 4 * PAGE);
	CHECK(map(a + PAGE, PAGE, FIXED) == a + PAGE);
	CHECK(a[0] == 0x55 && is_zero(a + PAGE, PAGE) && a[2 * PAGE] == 0x55);
	CHECK(SYS2(91, a, 4 * PAGE) == 0);
	CHECK(map(a, 4 * PAGE, 0) == a && is_zero(a, 4 * PAGE));

	/* A mapping that grows keeps what is in it. */
	fill(a, 4 * PAGE);
	b = (char *)SYS5(163, a, 4 * PAGE, 64 * PAGE, 1, 0);
	CHECK(!is_error(b) && b[0] == 0x55 && b[4 * PAGE - 1] == 0x55 && is_zero(b + 4 * PAGE, 60 * PAGE));
	CHECK((char *)SYS5(163, b, 64 * PAGE, PAGE, 0, 0) == b);
	CHECK(SYS3(125, b, PAGE, 1) == 0);
	CHECK(SYS3(125, b + 1, PAGE, 1) == -22);
	CHECK(SYS3(205, b, PAGE, 0) == 0);

	/* Wrong ones. */
	CHECK(map(0, 0, 0) == (char *)-22);
	CHECK(map((char *)1, PAGE, FIXED) == (char *)-22);
	CHECK(SYS2(91, b + 1, PAGE) == -22);
	CHECK(SYS2(91, b, 0) == -22);
	CHECK(SYS6(90, 0, PAGE, 3, PRIVATE, 99, 0) == -9);

	/* Addresses that are nobody's. */
	CHECK(SYS3(4, 1, 0, 5) == -14);
	CHECK(SYS3(4, 1, 16, 1) == -14);
	CHECK(SYS3(4, 99, vectors, 1) == -9);
	CHECK(SYS2(122, 8, 0) == -14);
	CHECK(SYS3(146, 1, 8, 1) == -14);
	CHECK(SYS3(146, 1, vectors, -1) == -22);
	CHECK(SYS3(146, 1, vectors, 2000) == -22);
	CHECK(SYS3(146, 1, vectors, 2) == 15);
	return 0;
}
