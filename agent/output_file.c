/* A reader never sees half a file: it is written under another name, synced, and then
 * renamed without replacing anything (renameat2, else link and unlink). The partial is
 * held by an open-file-description lock, which dies with its writer, so a partial
 * without one is a leftover and may go. Between opening and locking another process may
 * take the file for a leftover: having the lock, we look whether the name is still ours. */
#include "agent/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif
#ifndef F_OFD_SETLK
#define F_OFD_SETLK 37
#endif
#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif
#define SUFFIX ".partial"
#define ATTEMPTS 8

static int lock(int fd)
{
	struct flock whole;

	memset(&whole, 0, sizeof whole);
	whole.l_type = F_WRLCK;
	whole.l_whence = SEEK_SET;
	if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
		return 0;
	/* A file system without locks: better unlocked than not at all. */
	return errno == EAGAIN || errno == EACCES ? EBUSY : 0;
}

/* newfstatat(2) itself: glibc's fstat and lstat are symbols of 2.33, and the module
 * shall load with an older one. On 64-bit Linux both mean the same struct stat. */
static int stat_named(const char *path, struct stat *out)
{
	return (int)syscall(SYS_newfstatat, AT_FDCWD, path, out, AT_SYMLINK_NOFOLLOW);
}

static int stat_target(const char *path, struct stat *out)
{
	return (int)syscall(SYS_newfstatat, AT_FDCWD, path, out, 0);
}

static int stat_open(int fd, struct stat *out)
{
	return (int)syscall(SYS_newfstatat, fd, "", out, AT_EMPTY_PATH);
}

static bool is_named(int fd, const char *path)
{
	struct stat opened, named;

	return stat_open(fd, &opened) == 0 && stat_named(path, &named) == 0 &&
	       opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

/* 0 if the leftover is gone, EBUSY if it is in use. */
static int remove_leftover(const char *path)
{
	int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	int failure = 0;

	if (fd < 0)
		return errno == ENOENT ? 0 : errno;
	failure = lock(fd);
	if (failure == 0 && is_named(fd, path) && unlink(path) != 0 && errno != ENOENT)
		failure = errno;
	close(fd);
	return failure;
}

static int open_partial(struct output_file *file)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		int failure;

		file->fd = open(file->partial, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
				0600);
		if (file->fd >= 0) {
			if (lock(file->fd) == 0 && is_named(file->fd, file->partial))
				return 0;
			close(file->fd);
			continue;
		}
		if (errno != EEXIST)
			return errno;
		failure = remove_leftover(file->partial);
		if (failure != 0)
			return failure;
	}
	return EBUSY;
}

/* Whether a file may come to stand under this name. A directory never gives way, nor
 * does a device or pipe: nobody means that /dev/stdout becomes a file. A link does
 * (itself, not what it names), unless it leads to one of those. */
static int check_name(const char *path, bool overwrite)
{
	size_t length = strlen(path);
	struct stat existing, target;

	if (length == 0)
		return ENOENT;
	if (stat_target(path, &target) == 0 && S_ISDIR(target.st_mode))
		return EISDIR;
	if (stat_named(path, &existing) != 0)
		return path[length - 1] == '/' && errno == ENOENT ? EISDIR : 0;
	if (!overwrite)
		return EEXIST;
	return stat_target(path, &target) != 0 || S_ISREG(target.st_mode) ? 0 : EEXIST;
}

int output_file_open(struct output_file *file, const char *path, bool overwrite)
{
	int failure;

	file->fd = -1;
	file->overwrite = overwrite;
	if (strlen(path) + sizeof SUFFIX > sizeof file->partial)
		return ENAMETOOLONG;
	memcpy(file->path, path, strlen(path) + 1);
	memcpy(file->partial, path, strlen(path));
	memcpy(file->partial + strlen(path), SUFFIX, sizeof SUFFIX);
	failure = check_name(path, overwrite);
	return failure != 0 ? failure : open_partial(file);
}

static int take_final_name(const struct output_file *file)
{
	if (file->overwrite)
		return rename(file->partial, file->path) == 0 ? 0 : errno;
#ifdef SYS_renameat2
	if (syscall(SYS_renameat2, AT_FDCWD, file->partial, AT_FDCWD, file->path,
		    RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != ENOSYS && errno != EINVAL)
		return errno;
#endif
	if (link(file->partial, file->path) != 0)
		return errno;
	return unlink(file->partial) == 0 ? 0 : errno;
}

int output_file_commit(struct output_file *file)
{
	int failure = fsync(file->fd) == 0 || errno == EINVAL || errno == EROFS ? 0 : errno;

	if (failure == 0)
		failure = take_final_name(file);
	if (failure != 0) {
		output_file_abandon(file);
		return failure;
	}
	close(file->fd);
	file->fd = -1;
	return 0;
}

void output_file_abandon(struct output_file *file)
{
	if (file->fd < 0)
		return;
	if (is_named(file->fd, file->partial))
		unlink(file->partial);
	close(file->fd);
	file->fd = -1;
}
