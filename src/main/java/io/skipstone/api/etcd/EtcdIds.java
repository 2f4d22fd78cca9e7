package io.skipstone.api.etcd;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** The numbers that stand for a group and for its members: the first eight bytes of SHA-256 over their own ids. */
final class EtcdIds {
    private EtcdIds() {}

    static long cluster(UUID groupId) {
        return number(groupId.toString());
    }

    static long member(String nodeId) {
        return number(nodeId);
    }

    private static long number(String id) {
        return ByteBuffer.wrap(sha256().digest(id.getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
