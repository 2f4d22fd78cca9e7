package io.skipstone.api.etcd.gateway;

import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.skipstone.api.ErrorMapping;
import io.skipstone.api.Refusal;
import io.skipstone.api.rest.Bodies;
import io.skipstone.api.rest.BodyLimit;
import io.skipstone.api.rest.RawUri;
import io.skipstone.api.rest.Reply;
import io.skipstone.api.rest.Responder;
import io.skipstone.model.Bytes;
import io.skipstone.model.Limits;
import io.skipstone.model.StatusSource;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Where requests of etcd's API come in as JSON: everything under {@code /v3}, and what etcd has beside it. */
@Singleton
public class EtcdDoor {
    /** Before everything that Quarkus mounts except what measures requests. */
    private static final int ROUTE_ORDER = -1_000;

    private static final String ROOT = "/v3/";
    private static final String VERSION = "/version";
    private static final String HEALTH = "/health";

    /** Base64 and names around it: JSON is wider than the entry it becomes. */
    private static final int JSON_BYTES_PER_ENTRY_BYTE = 2;

    /** etcd looks at none, and its documentation sends the first of these: curl does, unasked. */
    private static final Set<String> CONTENT_TYPES =
            Set.of("application/x-www-form-urlencoded", "application/json", "text/json", "text/plain");

    private static final Logger LOG = Logger.getLogger(EtcdDoor.class);

    private final Map<String, ServerMethodDefinition<?, ?>> methods;
    private final Bodies bodies;
    private final BodyLimit maxBody;
    private final StatusSource status;
    private final Vertx vertx;

    @Inject
    EtcdDoor(@Any Instance<BindableService> services, Bodies bodies, Limits limits, StatusSource status, Vertx vertx) {
        this.methods = methods(services);
        this.bodies = bodies;
        this.maxBody = new BodyLimit("body", limits.entryBytes() * JSON_BYTES_PER_ENTRY_BYTE);
        this.status = status;
        this.vertx = vertx;
    }

    private static Map<String, ServerMethodDefinition<?, ?>> methods(Iterable<BindableService> services) {
        var methods = new HashMap<String, ServerMethodDefinition<?, ?>>();
        for (BindableService service : services) {
            for (ServerMethodDefinition<?, ?> method : service.bindService().getMethods()) {
                methods.put(method.getMethodDescriptor().getFullMethodName(), method);
            }
        }
        return Map.copyOf(methods);
    }

    void mount(@Observes Router router) {
        router.route().order(ROUTE_ORDER).handler(this::receive);
    }

    /** Whether a service has this method, by its full name. */
    boolean serves(String method) {
        return methods.containsKey(method);
    }

    private void receive(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        String path = RawUri.of(String.valueOf(request.uri())).path();
        if (path.startsWith(ROOT)) {
            answer(request, path);
        } else if (UnknownMethods.isCall(request, path) && !methods.containsKey(path.substring(1))) {
            UnknownMethods.answer(request, path);
        } else if (path.equals(VERSION) && request.method().equals(HttpMethod.GET)) {
            send(request, reply(HttpStatus.OK, OwnWords.version()));
        } else if (path.equals(HEALTH) && request.method().equals(HttpMethod.GET)) {
            boolean isReady = status.status().isReady();
            send(request, reply(isReady ? HttpStatus.OK : 503, OwnWords.health(isReady)));
        } else {
            routing.next();
        }
    }

    private void answer(HttpServerRequest request, String path) {
        String name = Paths.METHODS.get(path);
        if (name == null) {
            send(request, reply(Status.NOT_FOUND.withDescription("Not Found")));
        } else if (!request.method().equals(HttpMethod.POST)) {
            String refusal = ErrorJson.whole(Status.UNIMPLEMENTED.withDescription("Method Not Allowed"));
            send(request, reply(405, refusal).with("Allow", "POST"));
        } else if (!isJson(request)) {
            send(request, reply(Status.INVALID_ARGUMENT.withDescription("the body is to be application/json")));
        } else {
            Optional.ofNullable(methods.get(name))
                    .ifPresentOrElse(
                            method -> read(request, method),
                            () -> send(
                                    request,
                                    reply(Status.UNIMPLEMENTED.withDescription("this node has no such service"))));
        }
    }

    private void read(HttpServerRequest request, ServerMethodDefinition<?, ?> method) {
        Context context = vertx.getOrCreateContext();
        bodies.read(request, maxBody)
                .whenComplete((body, failure) -> context.runOnContext(here -> {
                    if (failure == null) {
                        begin(request, method, body);
                    } else {
                        refuse(request, failure);
                    }
                }));
    }

    private static boolean isJson(HttpServerRequest request) {
        return Optional.ofNullable(request.getHeader("Content-Type"))
                .map(type ->
                        CONTENT_TYPES.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT)))
                .orElse(true);
    }

    private void begin(HttpServerRequest request, ServerMethodDefinition<?, ?> method, Bytes body) {
        try {
            JsonCall.begin(request, method, messages(method.getMethodDescriptor(), body));
        } catch (RuntimeException refused) {
            refuse(request, refused);
        }
    }

    private static List<Message> messages(MethodDescriptor<?, ?> method, Bytes body) {
        Message prototype = (Message)
                Objects.requireNonNull(((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype());
        List<Message> messages = JsonMessages.read(body, prototype);
        if (!method.getType().clientSendsOneMessage() || messages.size() == 1) {
            return messages;
        }
        if (messages.isEmpty()) {
            return List.of(prototype);
        }
        throw Status.INVALID_ARGUMENT
                .withDescription("the body is to hold one JSON object")
                .asRuntimeException();
    }

    private void refuse(HttpServerRequest request, Throwable failure) {
        switch (failure) {
            case CompletionException wrapper when wrapper.getCause() != null -> refuse(request, wrapper.getCause());
            case StatusRuntimeException refused -> send(request, reply(refused.getStatus()));
            default -> {
                Refusal refusal = ErrorMapping.refusal(failure);
                if (refusal.kind() == ErrorMapping.INTERNAL) {
                    LOG.error("a request of etcd's API failed", failure);
                }
                Status status = Status.fromCode(refusal.kind().grpcCode()).withDescription(refusal.detail());
                send(request, reply(refusal.kind().httpStatus(), ErrorJson.whole(status)));
            }
        }
    }

    private void send(HttpServerRequest request, Reply reply) {
        new Responder(request, vertx).send(reply);
    }

    private static Reply reply(Status status) {
        return reply(HttpStatus.of(status.getCode()), ErrorJson.whole(status));
    }

    private static Reply reply(int httpStatus, String json) {
        return Reply.of(httpStatus, Map.of("Content-Type", "application/json"), Bytes.utf8(json));
    }
}
