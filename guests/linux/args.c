/* Its arguments, and getopt over them; the status is their number. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int i, option;

	for (i = 1; i < argc; i++)
		printf("%d: <%s>\n", i, argv[i]);
	printf("%s\n", argv[argc] ? "no end" : "end");
	opterr = 0;
	while ((option = getopt(argc, argv, "ab:")) != -1)
		printf("option %c %s\n", option, option == 'b' ? optarg : "-");
	for (i = optind; i < argc; i++)
		printf("left %s\n", argv[i]);
	return argc;
}
