package io.skipstone.api.etcd;

import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;

/** The errors of etcd's API that are given here. Clients compare the texts, so these are part of the API as the codes are. */
enum EtcdError {
    KEY_NOT_PROVIDED(Code.INVALID_ARGUMENT, "key is not provided"),
    KEY_NOT_FOUND(Code.INVALID_ARGUMENT, "key not found"),
    VALUE_PROVIDED(Code.INVALID_ARGUMENT, "value is provided"),
    LEASE_PROVIDED(Code.INVALID_ARGUMENT, "lease is provided"),
    TOO_MANY_OPERATIONS(Code.INVALID_ARGUMENT, "too many operations in txn request"),
    DUPLICATE_KEY(Code.INVALID_ARGUMENT, "duplicate key given in txn request"),
    INVALID_SORT_OPTION(Code.INVALID_ARGUMENT, "invalid sort option"),
    REQUEST_TOO_LARGE(Code.INVALID_ARGUMENT, "request is too large"),
    INVALID_MEMBER_URLS(Code.INVALID_ARGUMENT, "given member URLs are invalid"),
    COMPACTED(Code.OUT_OF_RANGE, "mvcc: required revision has been compacted"),
    FUTURE_REVISION(Code.OUT_OF_RANGE, "mvcc: required revision is a future revision"),
    LEASE_TTL_TOO_LARGE(Code.OUT_OF_RANGE, "too large lease TTL"),
    NO_SPACE(Code.RESOURCE_EXHAUSTED, "mvcc: database space exceeded"),
    TOO_MANY_REQUESTS(Code.RESOURCE_EXHAUSTED, "too many requests"),
    LEASE_NOT_FOUND(Code.NOT_FOUND, "requested lease not found"),
    MEMBER_NOT_FOUND(Code.NOT_FOUND, "member not found"),
    LEASE_EXISTS(Code.FAILED_PRECONDITION, "lease already exists"),
    AUTH_NOT_ENABLED(Code.FAILED_PRECONDITION, "authentication is not enabled"),
    NO_ROOT_USER(Code.FAILED_PRECONDITION, "root user does not exist"),
    MEMBER_EXISTS(Code.FAILED_PRECONDITION, "member ID already exist"),
    PEER_URL_EXISTS(Code.FAILED_PRECONDITION, "Peer URLs already exists"),
    NOT_A_LEARNER(Code.FAILED_PRECONDITION, "can only promote a learner member"),
    LEARNER_BEHIND(Code.FAILED_PRECONDITION, "can only promote a learner member which is in sync with leader"),
    NOT_ENOUGH_STARTED(Code.FAILED_PRECONDITION, "re-configuration failed due to not enough started members"),
    NOT_LEADER(Code.FAILED_PRECONDITION, "not leader"),
    BAD_LEADER_TRANSFEREE(Code.FAILED_PRECONDITION, "bad leader transferee"),
    NO_LEADER(Code.UNAVAILABLE, "no leader"),
    LEADER_CHANGED(Code.UNAVAILABLE, "leader changed"),
    SERVER_STOPPED(Code.UNAVAILABLE, "server stopped"),
    TIMED_OUT(Code.UNAVAILABLE, "request timed out"),
    UNHEALTHY_CLUSTER(Code.UNAVAILABLE, "unhealthy cluster"),
    CORRUPT(Code.DATA_LOSS, "corrupt cluster");

    /** Stands before each text, those of our own too. */
    static final String PREFIX = "etcdserver: ";

    private final Code code;
    private final String text;

    EtcdError(Code code, String text) {
        this.code = code;
        this.text = PREFIX + text;
    }

    Code code() {
        return code;
    }

    /** As it goes over the wire. */
    String text() {
        return text;
    }

    /** To be thrown where a request is found to be wrong. */
    StatusRuntimeException refusal() {
        return Status.fromCode(code).withDescription(text).asRuntimeException();
    }
}
