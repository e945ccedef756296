/* What the system says about itself, as far as it is the same everywhere; mappings by mmap. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

int main(void)
{
	struct utsname name;
	struct sysinfo info;
	struct rlimit limit;
	unsigned char random[32] = {0};
	unsigned n, sum = 0;
	char *map, path[4096];

	printf("%d %s %s\n", uname(&name), name.sysname, strlen(name.release) > 2 ? "some release" : "no release");
	printf("%d %d\n", sysinfo(&info), info.totalram > 0 && info.mem_unit > 0);
	printf("%d %d\n", getrlimit(RLIMIT_STACK, &limit), limit.rlim_cur >= 1 << 16);
	printf("%d %d\n", getrlimit(99, &limit), getpagesize());
	printf("%ld %ld\n", (long)getrandom(random, sizeof(random), 0), sysconf(_SC_CLK_TCK));
	for (n = 0; n < 32; n++)
		sum += random[n];
	printf("%s\n", sum ? "random" : "not random");
	printf("%d %d\n", getpid() > 0, getuid() == geteuid() && getgid() == getegid());
	printf("%d\n", readlink("/proc/self/exe", path, sizeof(path)) > 0 && path[0] == '/');
	printf("%d %d\n", getauxval(AT_PHDR) != 0, getauxval(AT_SECURE) == 0);

	map = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	map[65535] = 'x';
	map = mremap(map, 65536, 1 << 20, MREMAP_MAYMOVE);
	printf("%c %d\n", map[65535], map[65536]);
	printf("%d %d\n", mprotect(map, 4096, PROT_READ), munmap(map, 1 << 20));
	printf("%d\n", mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
	map = sbrk(100000);
	memset(map, 1, 100000);
	printf("%d\n", (char *)sbrk(0) == map + 100000);
	return 0;
}
