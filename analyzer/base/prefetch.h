/* A hint that memory will be read soon; nothing where the compiler has none. Reading
 * ahead hides cache misses, of which graph algorithms otherwise wait for one at a time. */
#ifndef HEAPSNAP_ANALYZER_PREFETCH_H
#define HEAPSNAP_ANALYZER_PREFETCH_H

#ifdef __GNUC__
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

#endif
