package dev.fairlead.server.internal.command;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One client as the commands see it: who it is, which database and protocol it chose, its transaction, its
 * subscriptions, whether it is blocked. The net room makes one per connection, hands it to {@link CommandExecutor#connected},
 * and to {@link CommandExecutor#disconnected} at the end. Confined to the command thread.
 */
public final class ClientSession {
    /** What kind of peer this is; decides what CLIENT KILL TYPE, output limits and the gates make of it. */
    public enum Kind {
        /** An application. */
        NORMAL,
        /** An application with subscriptions. */
        PUBSUB,
        /** The link from our master: its commands are never refused, and its replies are discarded. */
        MASTER,
        /** A replica that is attached to us. */
        REPLICA
    }

    private final long id;
    private final ClientConnection connection;
    private final long createdMillis;

    int database;
    int protocol = 2;
    boolean authenticated;
    byte[] name = {};
    private Kind kind = Kind.NORMAL;

    final Transaction transaction = new Transaction();
    final Subscriptions subscriptions = new Subscriptions();
    Blocking.Wait wait;
    ReplyMode replyMode = ReplyMode.ON;
    /** Whether CLIENT REPLY SKIP asked to leave out the reply of the command after it. */
    boolean skipNext;

    boolean noEvict;
    final Set<String> capabilities = new LinkedHashSet<>();
    /** Whether it is told the offsets of its writes and, by a replica, how far that has applied the stream. */
    boolean wantsOffsets;
    /** What its next command waits for; null for nothing. */
    HeldCommands.Place hold;

    private long lastWriteOffset;
    long lastInteractionMillis;
    String lastCommand = "NULL";
    boolean closing;

    /** What CLIENT REPLY chose. */
    enum ReplyMode {
        ON,
        OFF,
        SKIP
    }

    /**
     * @param id unique for the life of the server, increasing
     * @param nowMillis wall clock
     */
    public ClientSession(long id, ClientConnection connection, long nowMillis) {
        this.id = id;
        this.connection = connection;
        this.createdMillis = nowMillis;
        this.lastInteractionMillis = nowMillis;
    }

    public long id() {
        return id;
    }

    public ClientConnection connection() {
        return connection;
    }

    /** Where this session's replies go now: nowhere while CLIENT REPLY is off. */
    public ReplyWriter out() {
        return replyMode == ReplyMode.ON ? connection.writer() : DiscardingReplyWriter.INSTANCE;
    }

    /** Where messages of pub/sub go: with RESP3 they are told from replies, so CLIENT REPLY does not concern them. */
    ReplyWriter pushes() {
        return protocol >= 3 ? connection.writer() : out();
    }

    public long createdMillis() {
        return createdMillis;
    }

    public int database() {
        return database;
    }

    /** Selects a database; for links whose stream said SELECT before they were handed over. */
    public void database(int index) {
        database = index;
    }

    public int protocol() {
        return protocol;
    }

    public boolean authenticated() {
        return authenticated;
    }

    /** Exempts the session from AUTH: no password is set, or the link is our own. */
    public void authenticated(boolean value) {
        authenticated = value;
    }

    public String name() {
        return new String(name, StandardCharsets.UTF_8);
    }

    /** NORMAL and PUBSUB follow from the subscriptions; MASTER and REPLICA are set by {@link #become}. */
    public Kind kind() {
        return kind == Kind.NORMAL && subscriptions.count() > 0 ? Kind.PUBSUB : kind;
    }

    /** Turns the connection into a link of replication. */
    public void become(Kind linkKind) {
        kind = linkKind;
    }

    public boolean isMasterLink() {
        return kind == Kind.MASTER;
    }

    /** Whether a blocking command, WAIT or CLIENT PAUSE holds it: the net room executes nothing more until {@link ClientConnection#resume}. */
    public boolean isBlocked() {
        return wait != null;
    }

    public boolean isInTransaction() {
        return transaction.active;
    }

    /** Whether it was told to close: nothing more that it sent is executed. */
    public boolean isClosing() {
        return closing;
    }

    /** The replication offset that covers the last write of this client, for WAIT. */
    public long lastWriteOffset() {
        return lastWriteOffset;
    }

    void lastWriteOffset(long offset) {
        lastWriteOffset = offset;
    }

    /** When a command of this client was last executed, wall clock; for {@code timeout}. */
    public long lastInteractionMillis() {
        return lastInteractionMillis;
    }

    /** What CLIENT CAPA named, lower case. */
    public Set<String> capabilities() {
        return capabilities;
    }
}
