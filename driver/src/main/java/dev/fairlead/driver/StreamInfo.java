package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.util.Map;

/**
 * What a server knows of a stream.
 *
 * @param length number of entries
 * @param lastId the highest id that was ever given out
 * @param maxDeletedId the highest id of an entry that was deleted; null from servers before 7.0
 * @param entriesAdded how many entries it ever had; -1 from servers before 7.0
 * @param groups how many groups read it
 * @param first its first entry; null when it is empty
 * @param last its last entry; null when it is empty
 */
public record StreamInfo(
        long length,
        String lastId,
        String maxDeletedId,
        long entriesAdded,
        long groups,
        StreamEntry first,
        StreamEntry last) {
    static StreamInfo read(RespReader reader) {
        Map<String, Reply> fields = Results.replyMap(reader);
        Reply added = fields.get("entries-added");
        Reply deleted = fields.get("max-deleted-entry-id");
        return new StreamInfo(
                fields.get("length").asLong(),
                fields.get("last-generated-id").asString(),
                deleted == null ? null : deleted.asString(),
                added == null ? -1 : added.asLong(),
                fields.get("groups").asLong(),
                StreamEntry.of(fields.get("first-entry")),
                StreamEntry.of(fields.get("last-entry")));
    }
}
