package io.skipstone.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnswersTogetherTest {
    private final DefaultEventLoopGroup loop = new DefaultEventLoopGroup(1);
    private final AtomicInteger flushes = new AtomicInteger();
    private Channel connection;

    /** Next to the socket. */
    private final class Counter extends ChannelOutboundHandlerAdapter {
        @Override
        public void flush(ChannelHandlerContext context) {
            flushes.incrementAndGet();
            context.flush();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        var address = new LocalAddress(AnswersTogetherTest.class);
        new ServerBootstrap()
                .group(loop)
                .channel(LocalServerChannel.class)
                .childHandler(new ChannelInboundHandlerAdapter())
                .bind(address)
                .sync();
        connection = new Bootstrap()
                .group(loop)
                .channel(LocalChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(address)
                .sync()
                .channel();
    }

    @AfterEach
    void disconnect() throws Exception {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void answersThatAreReadyTogetherAreFlushedOnce() throws Exception {
        onTheLoop(this::gather);

        onTheLoop(() -> List.of("a", "b", "c").forEach(this::answer));

        assertThat(flushes).hasValue(1);
    }

    @Test
    void answersThatAreNotAreFlushedEach() throws Exception {
        onTheLoop(this::gather);

        onTheLoop(() -> answer("a"));
        onTheLoop(() -> answer("b"));

        assertThat(flushes).hasValue(2);
    }

    @Test
    void aConnectionIsLookedAtWithEachRequestAndChangedOnce() throws Exception {
        onTheLoop(this::gather);
        List<String> handlers = connection.pipeline().names();

        onTheLoop(() -> AnswersTogether.gather(connection.pipeline()));

        assertThat(connection.pipeline().names()).isEqualTo(handlers);
    }

    private void answer(String text) {
        var _ = connection.writeAndFlush(text);
    }

    private void gather() {
        AnswersTogether.gather(connection.pipeline());
        connection.pipeline().addFirst(new Counter());
    }

    /** Returns when the loop has done it, and what follows from it. */
    private void onTheLoop(Runnable work) throws Exception {
        connection.eventLoop().submit(work).sync();
        connection.eventLoop().submit(() -> {}).sync();
    }
}
