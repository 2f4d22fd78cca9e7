package io.skipstone.api;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Answers of one HTTP/2 connection that are ready at the same time go to the kernel together. Vert.x (4.5) hands over each on its own, and
 * writes that share a place in the log are answered together: a large part of what a short answer costs would be its own system call.
 */
@Singleton
public class AnswersTogether {
    /** Before every door. */
    private static final int ROUTE_ORDER = -1_995;

    /** Most that wait for one another, and only for those that are ready already. */
    private static final int MOST_FLUSHES = 256;

    private static final String NAME = "skipstone-answers-together";

    void mount(@Observes Router router) {
        router.route().order(ROUTE_ORDER).handler(AnswersTogether::pass);
    }

    private static void pass(RoutingContext routing) {
        if (routing.request().version() == HttpVersion.HTTP_2
                && routing.request().connection() instanceof ConnectionBase connection) {
            gather(connection.channelHandlerContext().pipeline());
        }
        routing.next();
    }

    /** Once for each connection, on its event loop. */
    static void gather(ChannelPipeline pipeline) {
        if (pipeline.get(NAME) == null) {
            pipeline.addFirst(NAME, new FlushConsolidationHandler(MOST_FLUSHES, true));
        }
    }
}
