/* setjmp and longjmp: out of nested calls, several times, with values kept across. */
#include <setjmp.h>
#include <stdio.h>

static jmp_buf outer, inner;

__attribute__((noinline)) static void deep(int depth, int value)
{
	volatile char room[100];

	room[depth % 100] = (char)depth;
	if (depth == 0)
		longjmp(value % 2 ? inner : outer, value);
	deep(depth - 1, value);
	room[0]++;
}

int main(void)
{
	volatile int rounds = 0, inside = 0;
	register int kept = 77;
	int value;

	value = setjmp(outer);
	printf("outer %d, %d rounds\n", value, rounds);
	if (value < 6) {
		rounds++;
		switch (setjmp(inner)) {
		case 0:
			deep(20, value + 1);
			break;
		default:
			inside++;
			deep(5, value + 2 - value % 2);
		}
		printf("not reached\n");
		return 1;
	}
	if (setjmp(inner) == 0)
		longjmp(inner, 0);
	printf("inside %d, kept %d\n", inside, kept);
	return 0;
}
