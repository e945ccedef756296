/* A file by stdio and by descriptors; its name is the first argument. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char line[100], bytes[16];
	struct stat status;
	FILE *file;
	char *map;
	int fd, lines = 0;
	long n;

	if (argc < 2 || !(file = fopen(argv[1], "r")))
		return 1;
	while (fgets(line, sizeof(line), file))
		printf("%d %s", ++lines, line);
	printf("end %d, at %ld\n", feof(file) != 0, ftell(file));
	fseek(file, 6, SEEK_SET);
	n = (long)fread(bytes, 1, 4, file);
	printf("%ld %.4s at %ld\n", n, bytes, ftell(file));
	fseek(file, -5, SEEK_END);
	printf("%c\n", fgetc(file));
	rewind(file);
	printf("%c\n", getc(file));
	printf("write %d\n", fputc('x', file));
	fclose(file);

	fd = open(argv[1], O_RDONLY);
	if (fstat(fd, &status) != 0)
		return 2;
	printf("%lld bytes, regular %d\n", (long long)status.st_size, S_ISREG(status.st_mode) != 0);
	printf("%ld %.5s\n", (long)pread(fd, bytes, 5, 3), bytes);
	printf("%lld\n", (long long)lseek(fd, 0, SEEK_CUR));
	map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return 3;
	printf("%.5s %d\n", map, map[4000]);
	munmap(map, 4096);
	close(fd);
	printf("%d\n", stat(argv[1], &status));
	file = fopen("/dev/null", "w");
	printf("%d\n", file ? fprintf(file, "nowhere\n") : -1);
	return 0;
}
