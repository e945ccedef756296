/* Errors: what fails and what errno says of it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(const char *what, long result)
{
	printf("%s: %ld %s\n", what, result, result < 0 ? strerrorname_np(errno) : "");
}

int main(void)
{
	char byte;
	struct stat status;
	int fds;

	say("open", open("/nonexistent/file", O_RDONLY));
	say("open of nothing", open("", O_RDONLY));
	say("read of a wrong descriptor", read(77, &byte, 1));
	say("write of a wrong descriptor", write(-1, &byte, 1));
	say("close twice", close(55));
	say("lseek of a pipe", lseek(0, 0, SEEK_SET));
	say("stat", stat("/nonexistent", &status));
	say("readlink", readlink("/nonexistent", &byte, 1));
	say("access", access("/nonexistent", R_OK));
	errno = 0;
	printf("fopen: %s %s\n", fopen("/nonexistent", "r") ? "there" : "none", strerrorname_np(errno));
	printf("isatty: %d %s\n", isatty(1), strerrorname_np(errno));
	printf("%s; %s; %s\n", strerror(ENOENT), strerror(EAGAIN), strerror(12345));
	fds = dup(1);
	say("dup", fds == 3 ? 0 : fds);
	say("write of nothing", write(fds, &byte, 0));
	say("close", close(fds));
	errno = ENOMEM;
	perror("perror");
	return 0;
}
