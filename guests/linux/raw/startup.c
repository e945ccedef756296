/*
 * What a program finds on its stack: arguments, environment, auxiliary vector.
 *
 * Prints its arguments but the first and its environment, one a line; checks the rest. Status 7.
 */
#include "sys.h"

static unsigned long aux(unsigned long *vector, unsigned long tag)
{
	for (; vector[0]; vector += 2)
		if (vector[0] == tag)
			return vector[1];
	return ~0ul;
}

int main(unsigned long sp)
{
	unsigned long *word = (unsigned long *)sp;
	unsigned long count = word[0];
	char **args = (char **)&word[1];
	char **environment = args + count + 1;
	unsigned long *vector;
	const unsigned char *random;
	unsigned long n, sum = 0;

	CHECK((sp & 15) == 0);
	CHECK(args[count] == 0);
	for (n = 1; n < count; n++) {
		say(args[n]);
		say("\n");
	}
	for (n = 0; environment[n]; n++) {
		say(environment[n]);
		say("\n");
	}
	vector = (unsigned long *)&environment[n + 1];

	CHECK(aux(vector, 6) == 4096);		/* AT_PAGESZ */
	CHECK(aux(vector, 17) == 100);		/* AT_CLKTCK */
	CHECK(aux(vector, 23) == 0);		/* AT_SECURE */
	CHECK(aux(vector, 4) == (sizeof(long) == 8 ? 56 : 32));	/* AT_PHENT */
	CHECK(aux(vector, 5) >= 1 && aux(vector, 5) < 16);	/* AT_PHNUM */
	CHECK(aux(vector, 11) == (unsigned long)SYS1(24, 0));	/* AT_UID, getuid */
	CHECK(aux(vector, 16) != ~0ul);		/* AT_HWCAP */

	/* AT_ENTRY is in the code, close to this. */
	CHECK((aux(vector, 9) >> 16) == ((unsigned long)&main >> 16));

	random = (const unsigned char *)aux(vector, 25);
	for (n = 0; n < 16; n++)
		sum |= random[n];
	CHECK(sum != 0);
	CHECK(length((const char *)aux(vector, 31)) > 0);	/* AT_EXECFN */
	return 7;
}
