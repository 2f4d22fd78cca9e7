package io.skipstone.powerloss;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where a workload says what it has been promised; in the trace that is in order with its writes. Any thread. */
public final class Marks implements AutoCloseable {
    private final FileChannel channel;

    /**
     * @param root the recorded directory
     */
    public Marks(Path root) throws IOException {
        channel = FileChannel.open(
                root.resolve("marks"), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    public synchronized void say(String text) throws IOException {
        channel.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
