package dev.fairlead.driver;

import java.util.Objects;

/** How {@code XADD} appends. Immutable. */
public final class XaddOptions {
    /** An id of the server's, a stream that is made when there is none, and nothing trimmed. */
    public static final XaddOptions DEFAULTS = new XaddOptions("*", true, null);

    private final String id;
    private final boolean makeStream;
    private final StreamTrim trim;

    private XaddOptions(String id, boolean makeStream, StreamTrim trim) {
        this.id = id;
        this.makeStream = makeStream;
        this.trim = trim;
    }

    /** With this id, which has to be higher than the last; {@code 1526919030474-*} leaves the part behind the dash to servers from 7.0. */
    public XaddOptions id(String entryId) {
        return new XaddOptions(Objects.requireNonNull(entryId, "id"), makeStream, trim);
    }

    /** Only where the stream exists. Servers from 6.2. */
    public XaddOptions ifPresent() {
        return new XaddOptions(id, false, trim);
    }

    /** And trims the stream. */
    public XaddOptions trim(StreamTrim how) {
        return new XaddOptions(id, makeStream, Objects.requireNonNull(how, "trim"));
    }

    Words addTo(Words words) {
        if (!makeStream) {
            words.add("NOMKSTREAM");
        }
        if (trim != null) {
            trim.addTo(words);
        }
        return words.add(id);
    }
}
