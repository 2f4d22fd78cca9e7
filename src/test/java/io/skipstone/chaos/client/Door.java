package io.skipstone.chaos.client;

/** One node, over one of its interfaces. Any thread. */
interface Door extends AutoCloseable {
    /** Sends it once and waits; never throws for what a node does or does not do. */
    Reply send(Call call);

    /** Of the node. */
    String node();

    @Override
    void close();
}
