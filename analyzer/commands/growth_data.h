/* What `growth` compares: any number of snapshots, loaded one after the other. */
#ifndef HEAPSNAP_COMMANDS_GROWTH_DATA_H
#define HEAPSNAP_COMMANDS_GROWTH_DATA_H

#include "analyzer/algorithms/holders.h"
#include "analyzer/algorithms/type_growth.h"
#include "analyzer/base/options.h"

struct growth_snapshot {
	struct hs_reader *reader;
	uint64_t objects, bytes;
	uint64_t unreachable_objects, unreachable_bytes;
};

struct growth_data {
	uint32_t count;
	bool all;          /* --all: unreachable objects too, and what did not change */
	bool complete;     /* every file is */
	bool same_process; /* all are of one process */
	bool in_order;     /* each was taken after the one before */
	bool same_labels;  /* all name as much: else paths differ where nothing changed */
	struct growth_snapshot *snapshots;
	struct type_growth *types;
	struct holders *holders; /* summed up */
};

/* Loads the snapshots that the command line names. EXIT_DONE; EXIT_INPUT or,
 * where they cannot be compared, EXIT_USAGE after a message. At most one graph is in
 * memory at a time. */
int growth_data_init(struct growth_data *out, const struct invocation *);
void growth_data_release(struct growth_data *);

enum growth_measure { GROWTH_COUNT, GROWTH_BYTES };

/* Whether a value rose from each snapshot to the next one. */
bool growth_type_rose(const struct growth_data *, uint32_t row, enum growth_measure);
bool growth_holder_rose(const struct growth_data *, uint32_t path, enum growth_measure);

/* One type, first against last snapshot. */
struct type_row {
	uint32_t row; /* in data->types */
	int64_t count_delta, bytes_delta;
};

/* The types that changed (--all: all), most bytes first, then most objects, then by
 * name. Returns how many; the caller frees *out. */
uint32_t growth_type_rows(const struct growth_data *, struct type_row **out);

#endif
