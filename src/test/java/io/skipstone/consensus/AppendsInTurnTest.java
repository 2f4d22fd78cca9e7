package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.junit.jupiter.api.Test;

class AppendsInTurnTest {
    private static final int STREAMS = 4;
    private static final int MESSAGES = 20_000;

    private final AppendsInTurn interceptor = new AppendsInTurn();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @Test
    void oneMessageForTheLogAtATimeWhateverItsStream() throws Exception {
        var done = new CountDownLatch(STREAMS);
        try (var threads = Executors.newFixedThreadPool(STREAMS)) {
            for (int i = 0; i < STREAMS; i++) {
                ServerCall.Listener<Object> stream = stream(() -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    inside.decrementAndGet();
                });
                threads.execute(() -> {
                    for (int message = 0; message < MESSAGES; message++) {
                        stream.onMessage(AppendEntriesRequestProto.getDefaultInstance());
                    }
                    done.countDown();
                });
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(most.get()).isEqualTo(1);
    }

    @Test
    void aVoteDoesNotWaitForTheLog() throws Exception {
        var inLog = new CountDownLatch(1);
        var voted = new CountDownLatch(1);
        ServerCall.Listener<Object> entries = stream(() -> {
            inLog.countDown();
            await(voted);
        });
        ServerCall.Listener<Object> votes = stream(voted::countDown);
        try (var threads = Executors.newSingleThreadExecutor()) {
            threads.execute(() -> entries.onMessage(AppendEntriesRequestProto.getDefaultInstance()));
            await(inLog);

            votes.onMessage(RequestVoteRequestProto.getDefaultInstance());

            assertThat(voted.getCount()).isZero();
        }
    }

    private ServerCall.Listener<Object> stream(Runnable onMessage) {
        return interceptor.interceptCall(new NoCall(), new Metadata(), (_, _) -> new ServerCall.Listener<>() {
            @Override
            public void onMessage(Object message) {
                onMessage.run();
            }
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class NoCall extends ServerCall<Object, Object> {
        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(Object message) {}

        @Override
        public void close(Status status, Metadata trailers) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<Object, Object> getMethodDescriptor() {
            throw new UnsupportedOperationException();
        }
    }
}
