package dev.fairlead.server.internal.command;

/** What a session needs of the socket under it. Implemented by the net room; called on the command thread. */
public interface ClientConnection {
    /** Where replies go; the same object for the life of the connection. */
    ReplyWriter writer();

    /** Tells the writer which protocol to speak from now on: 2 or 3. */
    void protocol(int version);

    /** {@code ip:port} of the other side. */
    String remoteAddress();

    /** {@code ip:port} of this side. */
    String localAddress();

    /** The file descriptor or another small number, for CLIENT LIST. */
    int descriptor();

    /**
     * The session was blocked and is not any more: what was read meanwhile is to be executed. Only schedules that: it is
     * called from inside other sessions' commands.
     */
    void resume();

    /** Closes the connection once everything written so far is sent; nothing more is read. */
    void closeAfterReplies();

    /** Closes the connection now. */
    void close();

    /** Bytes of replies that are not handed to the socket yet: where the next reply begins. */
    int unsentReplyBytes();

    /** Puts an attribute with a place of the replication stream ahead of the reply that begins there; none if nothing does. RESP3 only. */
    void insertOffset(int replyAt, String historyId, long offset);

    /** Bytes read and not yet executed. */
    long queryBufferBytes();

    /** Bytes written and not yet sent. */
    long outputBufferBytes();
}
