package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.util.List;
import java.util.Map;

/**
 * The longest common subsequence of two strings, as runs of bytes that stand in both.
 *
 * @param length of the whole subsequence, in bytes
 * @param matches its runs, the last one first
 */
public record LcsMatches(long length, List<Match> matches) {
    public LcsMatches {
        matches = List.copyOf(matches);
    }

    /**
     * One run. Positions are bytes from 0.
     *
     * @param start where it begins in the first string
     * @param otherStart where it begins in the second
     * @param length in bytes
     */
    public record Match(long start, long otherStart, long length) {
        private static Match of(Reply reply) {
            List<Reply> parts = reply.asList();
            return new Match(
                    parts.get(0).asList().get(0).asLong(),
                    parts.get(1).asList().get(0).asLong(),
                    parts.get(2).asLong());
        }
    }

    static LcsMatches read(RespReader reader) {
        Map<String, Reply> fields = Results.replyMap(reader);
        return new LcsMatches(
                fields.get("len").asLong(),
                fields.get("matches").asList().stream().map(Match::of).toList());
    }
}
