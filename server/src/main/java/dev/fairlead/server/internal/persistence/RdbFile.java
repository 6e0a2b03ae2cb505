package dev.fairlead.server.internal.persistence;

import dev.fairlead.server.internal.keyspace.EncodingLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A data file that is being written beside the old one, which it replaces as a whole when it is complete and on the disk; and the
 * way to read one.
 */
public final class RdbFile implements AutoCloseable {
    private static final int READ_BYTES = 1 << 16;

    private final Path target;
    private final Path fresh;
    private final FileChannel channel;

    /**
     * Begins a new file.
     *
     * @param target where it will be; its directory must exist
     */
    public RdbFile(Path target) throws IOException {
        this.target = target;
        this.fresh = target.resolveSibling("temp-" + ProcessHandle.current().pid() + "-" + target.getFileName());
        this.channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    public void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** The file is complete: it is forced to the disk and takes the old one's place. */
    public void commit() throws IOException {
        channel.force(true);
        channel.close();
        Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Gives up, unless it was committed. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            Files.deleteIfExists(fresh);
        }
    }

    /**
     * Reads a whole file.
     *
     * @param limits of the keyspace that its entries are for
     * @throws RdbException when it is damaged, cut short, or holds what this server cannot hold
     */
    public static void load(Path file, RdbReader.Sink sink, EncodingLimits limits) throws IOException {
        RdbReader reader = new RdbReader(sink, limits);
        byte[] chunk = new byte[READ_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            boolean done = false;
            for (int count = in.read(chunk); count > 0 && !done; count = in.read(chunk)) {
                done = reader.feed(chunk, 0, count);
            }
        }
        reader.requireEnd();
    }
}
