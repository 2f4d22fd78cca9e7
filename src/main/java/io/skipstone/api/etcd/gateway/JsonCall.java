package io.skipstone.api.etcd.gateway;

import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.skipstone.api.grpc.CancelsOfClients;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * One call of a method, asked as JSON: its requests are in the body, its answer is one document, or a line for each message where the method
 * is a stream. On the event loop of the request.
 */
final class JsonCall<Q, A> extends ServerCall<Q, A> {
    private static final String JSON = "application/json";

    private final HttpServerResponse response;
    private final MethodDescriptor<Q, A> method;
    private final Queue<Q> requests;
    private Optional<Listener<Q>> listener = Optional.empty();
    private Optional<A> single = Optional.empty();
    private int wanted;
    private boolean delivering;
    private boolean halfClosed;
    private boolean headSent;
    private boolean closed;
    private boolean cancelled;

    private JsonCall(HttpServerRequest http, MethodDescriptor<Q, A> method, Queue<Q> requests) {
        this.response = http.response();
        this.method = method;
        this.requests = requests;
    }

    /** Begins a call; all that comes of it goes to the client. */
    static <Q, A> void begin(HttpServerRequest http, ServerMethodDefinition<Q, A> definition, List<Message> requests) {
        MethodDescriptor<Q, A> method = definition.getMethodDescriptor();
        var queue = new ArrayDeque<Q>();
        for (Message request : requests) {
            queue.add(method.parseRequest(request.toByteString().newInput()));
        }
        Context here = CancelsOfClients.on(http.connection()).withValue(Gateway.IS_JSON, true);
        new JsonCall<>(http, method, queue).begin(definition, here);
    }

    private void begin(ServerMethodDefinition<Q, A> definition, Context here) {
        response.closeHandler(gone -> cancel());
        response.exceptionHandler(lost -> cancel());
        response.drainHandler(room -> listener.ifPresent(Listener::onReady));
        listener = Optional.of(Contexts.interceptCall(here, this, new Metadata(), definition.getServerCallHandler()));
        deliver();
    }

    private boolean isStream() {
        return !method.getType().serverSendsOneMessage();
    }

    @Override
    public void request(int count) {
        wanted += count;
        deliver();
    }

    /** What is asked for while something is delivered is delivered after it, and not inside. */
    private void deliver() {
        if (delivering || listener.isEmpty()) {
            return;
        }
        delivering = true;
        Listener<Q> to = listener.get();
        while (wanted > 0 && !requests.isEmpty() && !isOver()) {
            wanted--;
            to.onMessage(requests.remove());
        }
        if (requests.isEmpty() && !halfClosed && !isOver()) {
            halfClosed = true;
            to.onHalfClose();
        }
        delivering = false;
    }

    private boolean isOver() {
        return closed || cancelled;
    }

    @Override
    public void sendHeaders(Metadata headers) {
        // Of gRPC; what HTTP says stands at the first message.
    }

    @Override
    public void sendMessage(A message) {
        if (isOver()) {
            return;
        }
        if (isStream()) {
            line("{\"result\":" + JsonMessages.write((Message) message) + "}");
        } else {
            single = Optional.of(message);
        }
    }

    private void line(String json) {
        if (!headSent) {
            headSent = true;
            response.setStatusCode(HttpStatus.OK)
                    .putHeader("Content-Type", JSON)
                    .setChunked(true);
        }
        var _ = response.write(json + "\n");
    }

    @Override
    public boolean isReady() {
        return !isOver() && !(isStream() && response.writeQueueFull());
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (isOver()) {
            return;
        }
        closed = true;
        if (isStream()) {
            endStream(status);
        } else if (status.isOk() && single.isPresent()) {
            end(HttpStatus.OK, JsonMessages.write((Message) single.get()));
        } else {
            end(HttpStatus.of(status.getCode()), ErrorJson.whole(status));
        }
        listener.ifPresent(Listener::onComplete);
    }

    private void endStream(Status status) {
        if (status.isOk()) {
            var _ = response.end();
        } else if (headSent) {
            line(ErrorJson.ofStream(status));
            var _ = response.end();
        } else {
            end(HttpStatus.of(status.getCode()), ErrorJson.ofStream(status));
        }
    }

    private void end(int httpStatus, String json) {
        response.setStatusCode(httpStatus).putHeader("Content-Type", JSON);
        var _ = response.end(json);
    }

    private void cancel() {
        if (!isOver()) {
            cancelled = true;
            listener.ifPresent(Listener::onCancel);
        }
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public MethodDescriptor<Q, A> getMethodDescriptor() {
        return method;
    }
}
