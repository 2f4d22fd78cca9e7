package io.skipstone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two streams of gRPC on a connection that has room for messages of 100 bytes. */
class ArrivingMessagesTest {
    private static final int FIRST = 1;
    private static final int SECOND = 3;

    private final Http2Connection connection = new DefaultHttp2Connection(true);
    private final ConnectionRoom.Share room = new ConnectionRoom.Share(new ConnectionRoom.Node(1_000), 100);
    private final ArrivingMessages messages = new ArrivingMessages(new Http2FrameAdapter(), connection, room);

    @BeforeEach
    void open() throws Http2Exception {
        for (int stream : new int[] {FIRST, SECOND}) {
            connection.remote().createStream(stream, false);
            messages.expect(stream);
        }
    }

    private void arrives(int stream, ByteBuf data, boolean isEnd) throws Http2Exception {
        messages.onDataRead(null, stream, data, 0, isEnd);
    }

    /** The beginning of a message, or all of it. */
    private static ByteBuf message(int length, int arrived) {
        return Unpooled.buffer().writeByte(0).writeInt(length).writeZero(arrived);
    }

    @Test
    void countUntilTheirStreamEnds() throws Http2Exception {
        arrives(FIRST, message(60, 60), false);
        assertThat(room.usedBytes()).isEqualTo(60);

        arrives(FIRST, Unpooled.EMPTY_BUFFER, true);

        assertThat(room.usedBytes()).isZero();
    }

    @Test
    void countUntilTheNextOneOfTheirStreamBegins() throws Http2Exception {
        ByteBuf two = Unpooled.wrappedBuffer(message(60, 60), message(70, 30));

        arrives(FIRST, two.readRetainedSlice(3), false);
        arrives(FIRST, two, false);

        assertThat(room.usedBytes()).isEqualTo(30);
    }

    @Test
    void countUntilTheirStreamIsReset() throws Http2Exception {
        arrives(FIRST, message(60, 60), false);

        connection.stream(FIRST).close();

        assertThat(room.usedBytes()).isZero();
    }

    @Test
    void thatAreTooManyEndTheirStreamAndNoOther() throws Http2Exception {
        arrives(FIRST, message(100, 60), false);

        assertThatExceptionOfType(Http2Exception.StreamException.class)
                .isThrownBy(() -> arrives(SECOND, message(60, 60), false))
                .satisfies(refusal -> assertThat(refusal.streamId()).isEqualTo(SECOND))
                .satisfies(refusal -> assertThat(refusal.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM));

        arrives(FIRST, Unpooled.buffer().writeZero(40), false);
        assertThat(room.usedBytes()).isEqualTo(100);
    }

    @Test
    void thatAreAloneMayBeOfAnyLength() throws Http2Exception {
        arrives(FIRST, message(5_000, 5_000), false);

        assertThat(room.usedBytes()).isEqualTo(5_000);
    }
}
