/* Time: calendars of fixed dates, and clocks that go forward. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

int main(void)
{
	static const time_t dates[] = {0, 86399, 951782400, 1000000000, 1709164800, 2147483647};
	struct timespec before, after, nap = {0, 20000000};
	struct timeval now;
	struct rusage usage;
	struct tm tm;
	char text[80];
	clock_t start = clock();
	volatile unsigned work;
	unsigned i;
	time_t t;

	setenv("TZ", "UTC", 1);
	for (i = 0; i < 6; i++) {
		gmtime_r(&dates[i], &tm);
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %j %a %B", &tm);
		printf("%ld %s %s\n", (long)dates[i], text, timegm(&tm) == dates[i] ? "" : "wrong");
	}
	tm = (struct tm){.tm_year = 124, .tm_mon = 1, .tm_mday = 31, .tm_hour = 25};
	t = mktime(&tm);
	printf("%ld %d %d\n", (long)t, tm.tm_mon, tm.tm_mday);
	printf("%s", asctime(&tm));

	clock_gettime(CLOCK_MONOTONIC, &before);
	nanosleep(&nap, NULL);
	clock_gettime(CLOCK_MONOTONIC, &after);
	printf("slept %d\n",
	       (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec >= 20000000);
	for (work = 0; work < 2000000; work++)
		;
	printf("worked %d\n", clock() >= start);
	t = time(NULL);
	gettimeofday(&now, NULL);
	printf("this century %d, the same second %d\n", t > 946684800, now.tv_sec - t <= 1);
	printf("%d %d\n", getrusage(RUSAGE_SELF, &usage), clock_gettime(99, &after));
	clock_getres(CLOCK_REALTIME, &after);
	printf("%ld %ld\n", (long)after.tv_sec, after.tv_nsec);
	return 0;
}
