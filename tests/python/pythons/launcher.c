/* An interpreter out of an unpacked Debian package, as a program that can be started by
 * its own path again and again (sys.executable). The package's own program asks for the
 * system's dynamic linker and so for the system's C library; this one is linked to the
 * unpacked ones by fetch_debian.sh, and leaves the rest to the interpreter's library. */
int Py_BytesMain(int argc, char **argv);

int main(int argc, char **argv)
{
	return Py_BytesMain(argc, argv);
}
