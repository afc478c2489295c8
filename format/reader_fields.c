/* What an open reader is asked for: nothing here computes. */
#include "format/snapshot.h"

const char *hs_reader_path(const struct hs_reader *reader)
{
	return reader->path;
}

uint64_t hs_reader_file_bytes(const struct hs_reader *reader)
{
	return reader->length;
}

bool hs_reader_complete(const struct hs_reader *reader)
{
	return reader->damage[0] == '\0';
}

const char *hs_reader_damage(const struct hs_reader *reader)
{
	return reader->damage;
}

const char *hs_reader_unknown_requirement(const struct hs_reader *reader)
{
	return reader->unknown_requirement;
}

const struct hs_header *hs_reader_header(const struct hs_reader *reader)
{
	return &reader->header;
}

const struct hs_end *hs_reader_end(const struct hs_reader *reader)
{
	return reader->has_end ? &reader->end : NULL;
}

const struct hs_type_total *hs_reader_type_totals(const struct hs_reader *reader)
{
	bool has_all = reader->has_end && reader->tables.total_count > 0 &&
		       reader->tables.total_count == reader->tables.type_count;
	return has_all ? reader->tables.totals : NULL;
}

uint32_t hs_reader_type_count(const struct hs_reader *reader)
{
	return (uint32_t)reader->tables.type_count;
}

const struct hs_type *hs_reader_type(const struct hs_reader *reader, uint32_t number)
{
	return &reader->tables.types[number];
}

uint32_t hs_reader_slot_map_count(const struct hs_reader *reader)
{
	return (uint32_t)reader->tables.slot_map_count;
}

const struct hs_slot_map *hs_reader_slot_map(const struct hs_reader *reader, uint32_t number)
{
	return &reader->tables.slot_maps[number];
}

uint64_t hs_reader_root_count(const struct hs_reader *reader)
{
	return reader->tables.root_count;
}

const struct hs_root *hs_reader_root(const struct hs_reader *reader, uint64_t index)
{
	return &reader->tables.roots[index];
}

uint32_t hs_reader_frame_count(const struct hs_reader *reader)
{
	return (uint32_t)reader->frame_count;
}

const struct hs_frame_info *hs_reader_frame_info(const struct hs_reader *reader, uint32_t index)
{
	return &reader->frames[index];
}
