package io.skipstone.store;

import io.skipstone.model.Key;
import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** Where the versions of a key stand. */
final class KeyPlace {
    private final byte[] versionPrefix;
    private final List<byte[]> layers;
    private final List<byte[]> links;

    private KeyPlace(byte[] versionPrefix, List<byte[]> layers, List<byte[]> links) {
        this.versionPrefix = versionPrefix;
        this.layers = layers;
        this.links = links;
    }

    /** Row keys of the key's versions are this and the turned commit timestamp. */
    byte[] versionPrefix() {
        return versionPrefix;
    }

    /** What the row keys of each layer on the way start with, outermost first. */
    List<byte[]> layers() {
        return layers;
    }

    /** Row keys of the links that lead from each layer into the next. */
    List<byte[]> links() {
        return links;
    }

    /** The place of a key; empty if a layer on the way is missing, so that the key has no versions. */
    static Optional<KeyPlace> find(Reading rows, Layout layout, Key key) {
        return locate(rows, layout, key, Optional.empty());
    }

    /** The place of a key, with missing layers made under new ids. */
    static KeyPlace make(Engine.Writing rows, Layout layout, Key key, LongSupplier newChildId) {
        return locate(rows, layout, key, Optional.of(linkKey -> {
                    long childId = newChildId.getAsLong();
                    rows.put(Table.KV, linkKey, new KeyRow.Link(childId).encode(linkKey));
                    return childId;
                }))
                .orElseThrow();
    }

    private static Optional<KeyPlace> locate(
            Reading rows, Layout layout, Key key, Optional<ToLongFunction<byte[]>> makeLink) {
        byte[] encoded = KeyCodec.encode(key.bytes().array());
        byte[] layer = KeyCodec.rootLayer();
        if (encoded.length <= layout.chunkBytes()) {
            return Optional.of(
                    new KeyPlace(KeyCodec.join(layer, encoded, 0, encoded.length), List.of(layer), List.of()));
        }
        var layers = new ArrayList<byte[]>();
        var links = new ArrayList<byte[]>();
        layers.add(layer);
        int from = 0;
        while (encoded.length - from > layout.chunkBytes()) {
            byte[] linkKey = KeyCodec.join(layer, encoded, from, from + layout.chunkBytes());
            Optional<byte[]> link = rows.get(Table.KV, linkKey);
            if (link.isEmpty() && makeLink.isEmpty()) {
                return Optional.empty();
            }
            long childId = link.isPresent()
                    ? KeyRow.link(linkKey, link.get()).childId()
                    : makeLink.get().applyAsLong(linkKey);
            layer = KeyCodec.childLayer(childId);
            links.add(linkKey);
            layers.add(layer);
            from += layout.chunkBytes();
        }
        return Optional.of(new KeyPlace(KeyCodec.join(layer, encoded, from, encoded.length), layers, links));
    }
}
