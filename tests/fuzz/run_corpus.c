/* Feeds every file of the directories named to LLVMFuzzerTestOneInput: a fuzzer's corpus
 * as an ordinary test, with any compiler and without libFuzzer. Directories are gone
 * into one level deep. Exit status 1 if there was no file, or one cannot be read. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static int feed_file(const char *path, size_t length)
{
	/* Of exactly its length, so that a sanitizer sees a read beyond it. */
	uint8_t *bytes = malloc(length ? length : 1);
	FILE *file = fopen(path, "rb");
	int is_read = bytes && file && fread(bytes, 1, length, file) == length;
	if (is_read)
		LLVMFuzzerTestOneInput(bytes, length);
	else
		fprintf(stderr, "run_corpus: cannot read '%s'\n", path);
	if (file)
		fclose(file);
	free(bytes);
	return is_read;
}

/* Returns how many files were fed, or -1. */
static int feed_directory(const char *path, int depth)
{
	int count = 0;
	DIR *directory = opendir(path);
	if (!directory) {
		fprintf(stderr, "run_corpus: cannot open '%s'\n", path);
		return -1;
	}
	const struct dirent *entry;
	while (count >= 0 && (entry = readdir(directory)) != NULL) {
		char inner[4096];
		struct stat status;
		if (entry->d_name[0] == '.')
			continue;
		snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
		if (stat(inner, &status) < 0)
			continue;
		int fed = 0;
		if (S_ISREG(status.st_mode))
			fed = feed_file(inner, (size_t)status.st_size) ? 1 : -1;
		else if (S_ISDIR(status.st_mode) && depth > 0)
			fed = feed_directory(inner, depth - 1);
		count = fed < 0 ? -1 : count + fed;
	}
	closedir(directory);
	return count;
}

int main(int argc, char **argv)
{
	int total = 0;
	for (int i = 1; i < argc; i++) {
		int count = feed_directory(argv[i], 1);
		if (count < 0)
			return EXIT_FAILURE;
		total += count;
	}
	printf("%d files\n", total);
	return total > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
