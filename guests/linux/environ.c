/* The environment: what it was given, and what it changes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

int main(void)
{
	char **variable;
	int count = 0;

	for (variable = environ; *variable; variable++)
		if (strncmp(*variable, "GUEST", 5) == 0)
			printf("%s\n", *variable);
	printf("%s %s\n", getenv("GUEST"), getenv("NOBODY") ? "there" : "not there");
	setenv("NOBODY", "now", 0);
	setenv("NOBODY", "later", 0);
	setenv("GUEST", "changed", 1);
	putenv("PUT=x");
	printf("%s %s %s\n", getenv("NOBODY"), getenv("GUEST"), getenv("PUT"));
	unsetenv("GUEST");
	printf("%s\n", getenv("GUEST") ? "there" : "not there");
	clearenv();
	if (environ)
		for (variable = environ; *variable; variable++)
			count++;
	return count;
}
